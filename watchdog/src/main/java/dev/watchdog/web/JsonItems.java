package dev.watchdog.web;

import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The items of a list as JSON, as many as one answer holds ({@link HttpLimits#LIST_BYTES}, and at least one): each is
 * written at once and let go of, so that a list costs its bytes and no more. Not thread safe.
 */
final class JsonItems {
    private final List<RawValue> items = new ArrayList<>();
    private int bytes;
    private boolean complete = true;

    /** Adds those that fit, in their order. */
    static JsonItems of(Collection<?> values) {
        JsonItems items = new JsonItems();
        for (Object value : values) {
            if (!items.add(value)) {
                break;
            }
        }
        return items;
    }

    /** Adds one more; false when it does not fit, and then the list is not complete. */
    boolean add(Object value) {
        String text = Json.text(value);
        if (!items.isEmpty() && bytes + text.length() > HttpLimits.LIST_BYTES) {
            complete = false;
            return false;
        }
        bytes += text.length();
        items.add(new RawValue(text));
        return true;
    }

    int size() {
        return items.size();
    }

    boolean isComplete() {
        return complete;
    }

    /** What has been added, ready to be a part of an answer. */
    List<RawValue> list() {
        return List.copyOf(items);
    }
}
