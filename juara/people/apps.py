from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "juara.people"
    label = "people"
