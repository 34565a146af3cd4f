package dev.watchdog.web;

import java.time.Duration;

/**
 * What one HTTP server may use. The agent has two: TCP, which anybody on this host can reach, and the control socket,
 * which only root can; each has limits of its own, so that what is done to one keeps nobody from the other.
 *
 * @param connections open at once
 * @param connectionsPerPeer of these, for one {@link Peer}
 * @param streams readers that follow the events at once
 * @param streamsPerPeer of these, for one peer
 * @param answerBytes of answers larger than {@link #SLICE} that wait for their readers
 * @param answerBytesPerPeer of these, for one peer
 */
record HttpLimits(
        int connections,
        int connectionsPerPeer,
        int streams,
        int streamsPerPeer,
        int answerBytes,
        int answerBytesPerPeer) {
    /** Over TCP: connections open at once. The one that has waited longest for its peer is dropped for a further one. */
    static final int TCP_CONNECTIONS = 128;

    /** Over TCP: connections of one peer. */
    static final int TCP_CONNECTIONS_PER_PEER = 32;

    /** Over TCP: readers that follow the events; more are answered 503, so that others have connections left. */
    static final int TCP_STREAMS = 32;

    /** Over TCP: such readers of one peer. */
    static final int TCP_STREAMS_PER_PEER = 8;

    /** Over TCP: bytes of large answers that wait for their readers; the stalest of who has most is dropped for more. */
    static final int TCP_ANSWER_BYTES = 6 << 20;

    /** Over TCP: such bytes for one peer; more are answered 503. */
    static final int TCP_ANSWER_BYTES_PER_PEER = 4 << 20;

    /** The same on the control socket, where all are one peer. */
    static final int CONTROL_CONNECTIONS = 64;

    static final int CONTROL_STREAMS = 16;
    static final int CONTROL_ANSWER_BYTES = 4 << 20;

    /** Bytes of a request line; a longer one is answered 414. */
    static final int REQUEST_LINE = 2_048;

    /** Bytes of a request line with all headers; a longer head is answered 431. */
    static final int REQUEST_HEAD = 8_192;

    /** Headers of a request; more are answered 431. */
    static final int REQUEST_HEADERS = 64;

    /** Bytes of a body, on the control socket and nowhere else; a longer one is answered 413. */
    static final int REQUEST_BODY = CommandRequest.MOST_BYTES;

    /** Bytes that are read at once. */
    static final int READ = 4_096;

    /** Bytes taken from the socket while an answer is outstanding, all that pipelining can fill; then no more is read. */
    static final int PIPELINED = REQUEST_HEAD;

    /** From the connection, or from the first byte of a later request, to the end of its head. */
    static final Duration HEAD_TIME = Duration.ofSeconds(5);

    /** From the end of the head to the end of the body. */
    static final Duration BODY_TIME = Duration.ofSeconds(5);

    /** Between an answer and the next request on the same connection. */
    static final Duration IDLE_TIME = Duration.ofSeconds(30);

    /** For the reader to take the next {@link #SLICE} of what is written to it. */
    static final Duration WRITE_TIME = Duration.ofSeconds(10);

    /** For a client to take its last answer and hang up by itself; then the connection is reset. */
    static final Duration LINGER_TIME = Duration.ofSeconds(2);

    /** Bytes that a client may still send after its last answer. */
    static final int LINGER_BYTES = 64 * 1024;

    /** Bytes of an answer that are handed to the socket before the reader has taken those before. */
    static final int SLICE = 32 * 1024;

    /** SO_SNDBUF: bytes that the kernel keeps for a reader, which count as this process's memory; it doubles them. */
    static final int KERNEL_SEND_BUFFER = 64 * 1024;

    /** Bytes of items in one list; then the list ends and says that it is not complete. */
    static final int LIST_BYTES = 1536 * 1024;

    /** Rows of the journal that one request holds at once while it reads. */
    static final int JOURNAL_PAGE = 200;

    /** For a list or the metrics, from the time they are begun; and again for their turn. */
    static final Duration BUILD_TIME = Duration.ofSeconds(10);

    /** An answer of which nothing was taken for so long may be dropped for another one's sake. */
    static final Duration STALE_ANSWER = Duration.ofMillis(500);

    static final HttpLimits TCP = new HttpLimits(
            TCP_CONNECTIONS,
            TCP_CONNECTIONS_PER_PEER,
            TCP_STREAMS,
            TCP_STREAMS_PER_PEER,
            TCP_ANSWER_BYTES,
            TCP_ANSWER_BYTES_PER_PEER);
    static final HttpLimits CONTROL_SOCKET = new HttpLimits(
            CONTROL_CONNECTIONS,
            CONTROL_CONNECTIONS,
            CONTROL_STREAMS,
            CONTROL_STREAMS,
            CONTROL_ANSWER_BYTES,
            CONTROL_ANSWER_BYTES);
}
