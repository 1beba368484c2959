"""Slack: one workspace, one app, over Socket Mode or HTTP."""
