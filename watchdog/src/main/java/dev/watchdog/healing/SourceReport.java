package dev.watchdog.healing;

import java.util.Locale;

/**
 * One place that a domain learns of subjects from, such as one Docker engine, and whether it answers.
 *
 * @param name what is asked, such as {@code docker:unix:///var/run/docker.sock}; the same as its sensor's
 * @param subjects how many subjects it tells of; 0 unless it is connected
 * @param detail why it is not connected, and what was tried; may be empty
 */
public record SourceReport(String name, State state, int subjects, String detail) {
    /** How it is. */
    public enum State {
        /** It answers. */
        CONNECTED("connected"),
        /** Nobody is there, and nobody said that somebody should be. */
        ABSENT("not there"),
        /** Somebody is there and does not answer, refuses, or cannot be believed. */
        UNSEEN("cannot be seen"),
        /** It has not been asked yet. */
        WAITING("not asked yet");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** For tables. */
        public String words() {
            return words;
        }

        /** For programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One that answers. */
    public static SourceReport connected(String name, int subjects) {
        return new SourceReport(name, State.CONNECTED, subjects, "");
    }

    /** Nobody is there. */
    public static SourceReport absent(String name, String why) {
        return new SourceReport(name, State.ABSENT, 0, why);
    }

    /** It does not tell. */
    public static SourceReport unseen(String name, String why) {
        return new SourceReport(name, State.UNSEEN, 0, why);
    }

    /** It has not been asked yet. */
    public static SourceReport waiting(String name) {
        return new SourceReport(name, State.WAITING, 0, "");
    }

    /** Such as {@code docker}: what somebody may require. */
    public String kind() {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** It answers. */
    public boolean isConnected() {
        return state == State.CONNECTED;
    }
}
