"""What the first page of the editors' tool and the form of an article say of the import."""

from collections.abc import Iterable
from typing import Any

from django import template

from articles.models import ImportRemark
from articles.remarks import address_named

register = template.Library()


@register.simple_tag
def waiting_remarks() -> int:
    """How many remarks nobody has ticked yet."""
    return ImportRemark.objects.waiting().count()


@register.filter
def item_named(remark: ImportRemark, formsets: Iterable[Any]) -> str:
    """The element of the form's image or document whose address the remark holds; empty for none."""
    items = {
        form.instance.address: f"{formset.opts.kind}:{form.instance.key}"
        for formset in formsets
        for form in formset.formset.initial_forms
        if hasattr(form.instance, "address")
    }
    return items.get(address_named(remark.message, items), "")
