"""What the first page of the editors' tool says of the import."""

from django import template

from articles.models import ImportRemark

register = template.Library()


@register.simple_tag
def waiting_remarks() -> int:
    """How many remarks nobody has ticked yet."""
    return ImportRemark.objects.waiting().count()
