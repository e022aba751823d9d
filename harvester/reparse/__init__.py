"""Reading recorded pages again, with today's parser."""
