from django.apps import AppConfig


class LeaderboardsConfig(AppConfig):
    name = "juara.leaderboards"
    label = "leaderboards"
