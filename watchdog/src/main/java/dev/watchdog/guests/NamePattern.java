package dev.watchdog.guests;

/**
 * A guest's name as a shell's glob: {@code *} stands for any characters or none, {@code ?} for exactly one; everything
 * else, brackets and backslashes too, for itself. Upper and lower case differ, as in libvirt.
 *
 * @param text 1 to 1,024 characters
 */
public record NamePattern(String text) {
    private static final int LONGEST = 1024;

    public NamePattern {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException("must be a guest's name of 1 to 1024 characters, * and ? allowed");
        }
    }

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException saying what is allowed
     */
    public static NamePattern parse(String text) {
        return new NamePattern(text);
    }

    /**
     * Whether a guest's whole name is meant. Of several stars only the last one met is ever tried again, so the time is
     * at most the product of both lengths, whatever somebody calls a guest.
     */
    public boolean matches(String name) {
        int[] pattern = text.codePoints().toArray();
        int[] letters = name.codePoints().toArray();
        int at = 0;
        int star = -1;
        int covered = 0;
        int i = 0;
        while (i < letters.length) {
            if (at < pattern.length && pattern[at] == '*') {
                star = at++;
                covered = i;
            } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == letters[i])) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++covered;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    @Override
    public String toString() {
        return text;
    }
}
