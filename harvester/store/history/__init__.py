"""What a document's past is, made of facts: pure, without database or clock of its own."""
