package dev.watchdog.events;

/** A record of Kafka that could not be taken, or an entry of the journal that Kafka did not take. */
public sealed interface RecordEvent extends EventData {
    /** The topic that it came from, or should have gone to. */
    String topic();

    /** Why, in a sentence for people. */
    String why();

    /**
     * A record addressed to this host could not be read, or not be trusted. Nothing was done about it.
     *
     * @param offset together with topic and partition the place to look at it
     * @param key the record's key, as far as it is text
     * @param bytes the size of its value
     * @param sha256 the digest of its value, in hexadecimal
     */
    record Refused(String topic, int partition, long offset, String key, int bytes, String sha256, String why)
            implements RecordEvent {}

    /**
     * The broker refused an entry for good; readers of that topic will never see it.
     *
     * @param event the entry's id in this journal
     * @param eventType its CloudEvents type
     */
    record Undelivered(long event, String eventType, String topic, String why) implements RecordEvent {}
}
