"""One file a step, in the order of their names; a step that was released is never edited."""
