package dev.watchdog.linux;

/**
 * A short piece of work on a resident thread. Between {@link Visit#enter} and {@link Visit#home} it does nothing but
 * the visit's own calls: no logging, no files, no new threads (a thread started there would stay there), and no class
 * that is not loaded yet: outside, class path and configuration are the container's.
 */
@FunctionalInterface
public interface VisitWork<T> {
    T run(Visit visit) throws Exception;
}
