from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "juara.web"
    label = "web"
