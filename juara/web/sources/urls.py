"""Addresses of sources, of the import wizard, and of imports."""

from django.urls import URLPattern, path

from juara.web.sources import runs, schedules, steps, understanding, views

urlpatterns: list[URLPattern] = [
    path("", views.sources, name="sources"),
    path("sample.csv", views.source_sample, name="source_sample"),
    path("schedules/", schedules.source_feeds, name="source_feeds"),
    path("schedules/new/", schedules.source_feed_add, name="source_feed_add"),
    path("schedules/<str:public_id>/turn/", schedules.source_feed_turn, name="source_feed_turn"),
    path("schedules/<str:public_id>/look/", schedules.source_feed_look, name="source_feed_look"),
    path(
        "schedules/<str:public_id>/remove/",
        schedules.source_feed_remove,
        name="source_feed_remove",
    ),
    path("source/<str:key>/", views.source, name="source"),
    path("source/<str:key>/import/", steps.import_again, name="import_again"),
    path("import/", steps.import_new, name="import_new"),
    path("import/<str:public_id>/files/", steps.import_files, name="import_files"),
    path(
        "import/<str:public_id>/files/<str:upload>/remove/",
        steps.import_file_remove,
        name="import_file_remove",
    ),
    path("import/<str:public_id>/reading/", understanding.import_reading, name="import_reading"),
    path("import/<str:public_id>/meaning/", understanding.import_meaning, name="import_meaning"),
    path("import/<str:public_id>/whole/", understanding.import_whole, name="import_whole"),
    path("import/<str:public_id>/check/", steps.import_check, name="import_check"),
    path(
        "import/<str:public_id>/check/rows.csv", steps.import_check_rows, name="import_check_rows"
    ),
    path("import/<str:public_id>/mapping.toml", steps.import_mapping, name="import_mapping"),
    path("import/<str:public_id>/begin/", steps.import_begin, name="import_begin"),
    path("import/<str:public_id>/discard/", steps.import_discard, name="import_discard"),
    path("run/<str:public_id>/", runs.import_run, name="import_run"),
    path("run/<str:public_id>/cancel/", runs.import_cancel, name="import_cancel"),
    path("run/<str:public_id>/undo/", runs.import_undo, name="import_undo"),
    path("run/<str:public_id>/retry/", runs.import_retry, name="import_retry"),
    path("run/<str:public_id>/rows.csv", runs.import_rows, name="import_rows"),
    path("run/<str:public_id>/mapping.toml", runs.import_run_mapping, name="import_run_mapping"),
    path("run/<str:public_id>/keep/", runs.import_keep, name="import_keep"),
]
