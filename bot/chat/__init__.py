"""What a chat is to the rest of the program: cards, buttons, forms, inbound, replies, effects. Pure."""
