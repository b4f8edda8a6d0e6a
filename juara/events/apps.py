from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "juara.events"
    label = "events"
