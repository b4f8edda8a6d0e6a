from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "juara.scorecards"
    label = "scorecards"
