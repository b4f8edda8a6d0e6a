"""How everything looks: components, formats, styles and scripts. Knows no domain."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "juara.ui"
    label = "ui"
