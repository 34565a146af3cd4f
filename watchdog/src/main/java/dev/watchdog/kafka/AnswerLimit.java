package dev.watchdog.kafka;

/** Holds every client of Kafka's in this process to a size of answers, from the first byte on. Needs no class of Kafka's. */
public final class AnswerLimit {
    /** See {@code MemoryPool.LIMIT} of the package org.apache.kafka.common.memory. */
    private static final String PROPERTY = "watchdog.kafka.answerBytes";

    private AnswerLimit() {}

    /** From now on an answer has at most {@link FetchLimits#ANSWER_BYTES}, or its connection is closed. */
    public static void set() {
        System.setProperty(PROPERTY, Integer.toString(FetchLimits.ANSWER_BYTES));
    }
}
