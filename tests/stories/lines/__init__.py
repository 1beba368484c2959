"""How the people of a story reach the house: in memory, by the built-in chat, by Slack, by Telegram."""
