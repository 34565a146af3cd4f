package dev.watchdog.web;

import org.jspecify.annotations.Nullable;

/**
 * Why a request was not served, as RFC 9457 has it.
 *
 * @param detail one line that names the cause and the next step
 * @param command the command it is about, if it is about one
 */
record Problem(
        String title, int status, String detail, @Nullable String command) {
    /** Thrown by what reads a request; its message is the detail. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, String detail) {
            super(detail, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    static Problem of(int status, String detail) {
        return new Problem(title(status), status, detail, null);
    }

    static Problem about(String command, int status, String detail) {
        return new Problem(title(status), status, detail, command);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 408 -> "Request timeout";
            case 409 -> "Rejected";
            case 411 -> "Length required";
            case 413 -> "Too large";
            case 414 -> "URI too long";
            case 415 -> "Unsupported media type";
            case 421 -> "Misdirected request";
            case 431 -> "Request header fields too large";
            case 503 -> "Unavailable";
            case 505 -> "HTTP version not supported";
            default -> "Internal error";
        };
    }
}
