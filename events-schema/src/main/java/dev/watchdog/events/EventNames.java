package dev.watchdog.events;

import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * What people call the host and the subject of an event, in its attributes {@code hostname} and {@code subjectname}. Names
 * can change and come again: they are for people, and {@code source} and {@code subject} for programs. Untrusted text,
 * made fit for an attribute: at most {@value #MOST} characters, and none that a CloudEvent may not have.
 *
 * @param host empty when it is not known
 * @param subject empty when it is not known
 */
public record EventNames(String host, String subject) {
    /** Neither is known. */
    public static final EventNames NONE = new EventNames("", "");

    static final String HOST = "hostname";
    static final String SUBJECT = "subjectname";
    private static final int MOST = 256;

    /** Makes the names fit. */
    public EventNames {
        host = fit(host);
        subject = fit(subject);
    }

    /** As an event has them. */
    public static EventNames of(CloudEvent cloud) {
        return new EventNames(text(cloud.getExtension(HOST)), text(cloud.getExtension(SUBJECT)));
    }

    private static String text(@Nullable Object attribute) {
        return attribute == null ? "" : attribute.toString();
    }

    private static String fit(String name) {
        String head = name.length() <= MOST
                ? name
                : name.substring(0, Character.isHighSurrogate(name.charAt(MOST - 1)) ? MOST - 1 : MOST);
        StringBuilder fit = new StringBuilder(head.length());
        head.codePoints().forEach(point -> fit.appendCodePoint(isAllowed(point) ? point : '\uFFFD'));
        return fit.toString();
    }

    /** By CloudEvents' type String. */
    private static boolean isAllowed(int point) {
        int type = Character.getType(point);
        boolean noCharacter = (point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF);
        return type != Character.CONTROL && type != Character.SURROGATE && !noCharacter;
    }
}
