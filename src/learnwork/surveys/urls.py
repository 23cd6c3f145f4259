"""Addresses of the surveys: researchers and readers under /surveys, respondents under /answer.

No address holds a key of a link: those stand behind the # of /answer, which no browser sends.
"""

from __future__ import annotations

from django.urls import path

from learnwork.surveys import answer_pages, design_pages, pages, report_pages, study_pages

_survey = "surveys/<slug:key>"

urlpatterns = [
    path("surveys", pages.listing, name="surveys"),
    path("surveys/new", pages.new, name="survey-new"),
    path(_survey, report_pages.front, name="survey-front"),
    path(f"{_survey}/work", pages.overview, name="survey"),
    path(f"{_survey}/settings", pages.settings, name="survey-settings"),
    path(f"{_survey}/act", pages.act, name="survey-act"),
    path(f"{_survey}/design", design_pages.design, name="survey-design"),
    path(f"{_survey}/design/change", design_pages.change, name="survey-change"),
    path(f"{_survey}/design/items", design_pages.item, name="survey-item-new"),
    path(f"{_survey}/design/items/<slug:item>", design_pages.item, name="survey-item"),
    path(f"{_survey}/design/languages/<slug:language>", design_pages.translate, name="survey-translate"),
    path(f"{_survey}/preview", design_pages.preview, name="survey-preview"),
    path(f"{_survey}/versions/<int:number>", design_pages.frozen, name="survey-version"),
    path(f"{_survey}/respondents", pages.respondents, name="survey-respondents"),
    path(f"{_survey}/respondents/choose", pages.choose, name="survey-choose"),
    path(f"{_survey}/respondents/send", pages.send, name="survey-send"),
    path(f"{_survey}/respondents/<int:pk>", pages.respondent, name="survey-respondent"),
    path(f"{_survey}/results", report_pages.results, name="survey-results"),
    path(f"{_survey}/results/<str:name>", report_pages.results_file, name="survey-results-file"),
    path(f"{_survey}/report", report_pages.report, name="survey-report"),
    path(f"{_survey}/report/<str:name>", report_pages.report_file, name="survey-report-file"),
    path("studies/new", study_pages.new, name="study-new"),
    path("studies/<slug:key>", study_pages.study, name="study"),
    path("studies/<slug:key>/<str:name>", study_pages.study_file, name="study-file"),
    path("answer", answer_pages.enter, name="answer"),
    path("answer/<int:pk>", answer_pages.start, name="answer-start"),
    path("answer/<int:pk>/language", answer_pages.language, name="answer-language"),
    path("answer/<int:pk>/pages/<int:number>", answer_pages.questions, name="answer-page"),
    path("answer/<int:pk>/save", answer_pages.save, name="answer-save"),
    path("answer/<int:pk>/receipt", answer_pages.receipt, name="answer-receipt"),
    path("answer/<int:pk>/answers.json", answer_pages.own_data, name="answer-data"),
    path("answer/<int:pk>/decline", answer_pages.decline, name="answer-decline"),
    path("answer/<int:pk>/erase", answer_pages.erase, name="answer-erase"),
]
