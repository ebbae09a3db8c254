"""What an editor does: log in, send an article's form as the browser would."""

from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from articles.models import Article
from articles.roles import PUBLISHERS

from .factories import make_member, section

LIST = "/admin/articles/article/"
PASSWORD = "une-phrase-de-passe"
ADD = "/admin/articles/article/add/"
EMPTY_ROWS = {
    f"{prefix}-{name}": 0
    for prefix in ("carousel_images", "video_embeds", "attachments")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def as_editor(client: Client) -> Client:
    """Log in somebody who writes and publishes."""
    client.force_login(make_member(PUBLISHERS, "redactrice"))
    return client


def log_in(page: Page, user: User) -> Page:
    """Log in by the form, in a browser."""
    user.set_password(PASSWORD)
    user.save()
    page.goto("/admin/")
    page.get_by_label("Nom d’utilisateur").fill(user.username)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Connexion").click()
    return page


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, once it is there."""
    page.wait_for_load_state()
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def form(**fields):
    return {
        "title": "Un guichet ouvre",
        "section": section().pk,
        "status": "draft",
        "language": "fr",
        **EMPTY_ROWS,
        **fields,
    }


def form_of(client: Client, article: Article, **fields):
    """What the browser would send back, untouched but for `fields`."""
    page = client.get(f"{LIST}{article.pk}/change/")
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    forms += [each for formset in formsets for each in (formset.management_form, *formset.forms)]
    sent = {}
    for field in (field for each in forms for field in each):
        value = field.value()
        if getattr(field.field.widget, "input_type", "") == "checkbox":
            value = "on" if value else None
        elif value is not None:
            value = field.field.widget.format_value(value)
            value = value[0] if isinstance(value, list) else value
        if value is not None:
            # A browser ends the lines of a text with CRLF (HTML, form-data encoding).
            sent[field.html_name] = value.replace("\n", "\r\n") if isinstance(value, str) else value
    return sent | fields


def save(client, article, **fields):
    return client.post(f"{LIST}{article.pk}/change/", form_of(client, article, **fields))


def errors_of(response):
    return response.context["adminform"].form.errors
