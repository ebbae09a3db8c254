"""Announcements: what an article is, where it comes from, how it is read and edited."""
