"""What an article still lacks, in SQL: for the list's column and its filter."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef

from articles.models import Attachment, BodyImage, CarouselImage, VideoEmbed

ARTICLE = OuterRef("pk")


def needs_alt() -> Exists:
    """Whether an image of the carousel waits for its alternative text."""
    return Exists(CarouselImage.objects.filter(article=ARTICLE, needs_alt=True))


def lacks_file() -> ExpressionWrapper:
    """Whether an item names a file that is not here."""
    missing = [
        Exists(model.objects.filter(article=ARTICLE, file=None))
        for model in (CarouselImage, Attachment, BodyImage)
    ]
    poster = VideoEmbed.objects.filter(article=ARTICLE, poster=None).exclude(poster_address="")
    images, documents, shown = missing
    return ExpressionWrapper(images | documents | shown | Exists(poster), output_field=BooleanField())
