from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "juara.goals"
    label = "goals"
