"""Extensions, which only watch a harvest: progress, log, report, feed exports, feeds."""
