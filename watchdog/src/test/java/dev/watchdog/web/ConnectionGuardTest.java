package dev.watchdog.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.Moment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionGuardTest {
    private static final String GET = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";

    private Duration now = Duration.ofSeconds(100);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ConnectionGuard guard = new ConnectionGuard(
            Peer.user(0),
            new HostCheck(Set.of())::allowed,
            () -> new Moment("boot", now, MemoryJournal.TIME),
            new RefusalMeters(registry));
    private final SlowSocket socket = new SlowSocket();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket, guard, new AnswerEnd(guard));

    /** Keeps what is written until the test lets it go. */
    private static final class SlowSocket extends ChannelOutboundHandlerAdapter {
        private final Deque<Runnable> kept = new ArrayDeque<>();
        private boolean slow;
        private int reads;

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            Runnable write = () -> {
                ChannelFuture ignored = ctx.write(message, promise);
            };
            if (slow) {
                kept.add(write);
            } else {
                write.run();
            }
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            reads++;
            ctx.read();
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void passesAWholeHeadOn() {
        for (int i = 0; i < GET.length() - 1; i++) {
            send(GET.substring(i, i + 1));
            assertThat(passed()).isNull();
        }
        send("\n");
        assertThat(passed()).isEqualTo(GET);
    }

    @Test
    void passesTheBodyOnAndNothingBehindIt() {
        send(POST + "ab");
        assertThat(passed()).isEqualTo(POST);
        assertThat(passed()).isEqualTo("ab");
        send("cde" + GET);
        assertThat(passed()).isEqualTo("cde");
        assertThat(passed()).isNull();
        answer("done");
        assertThat(passed()).isEqualTo(GET);
    }

    @Test
    void takesTheNextRequestOnlyWhenTheAnswerIsWithTheKernel() {
        socket.slow = true;
        send(GET + GET);
        assertThat(passed()).isEqualTo(GET);
        answer("first");
        assertThat(passed()).isNull();
        release();
        assertThat(passed()).isEqualTo(GET);
        assertThat(passed()).isNull();
    }

    @Test
    void stopsReadingFromOneWhoPipelines() {
        send(GET);
        int before = socket.reads;
        channel.read();
        assertThat(socket.reads).isGreaterThan(before);
        send(GET.repeat(HttpLimits.PIPELINED / GET.length() + 1));
        before = socket.reads;
        channel.read();
        channel.read();
        assertThat(socket.reads).isEqualTo(before);
        while (passed() != null) {
            answer("ok");
        }
        assertThat(socket.reads).isGreaterThan(before);
    }

    @Test
    void refusesWithAWordAndTakesNoMore() {
        send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n" + GET);
        assertThat(written())
                .startsWith("HTTP/1.1 421 ")
                .contains("\r\nConnection: close\r\n", "application/problem+json");
        assertThat(passed()).isNull();
        assertThat(channel.isOpen()).isFalse();
        assertRefused("host");
    }

    @Test
    void aRefusalDoesNotOvertakeAnAnswer() {
        send(GET + "garbage\r\n\r\n");
        assertThat(passed()).isEqualTo(GET);
        assertThat(written()).isEmpty();
        answer("first");
        assertThat(written()).startsWith("first").contains("HTTP/1.1 400 ");
        assertRefused("malformed");
    }

    @Test
    void dropsOneWhoSaysNothing() {
        later(HttpLimits.HEAD_TIME.minusMillis(1));
        assertThat(channel.isOpen()).isTrue();
        later(Duration.ofMillis(1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(written()).isEmpty();
        assertRefused("too-slow");
    }

    @Test
    void dropsOneWhoseHeadDoesNotComeInTime() {
        for (int i = 0; i < 4; i++) {
            send(GET.substring(i, i + 1));
            later(HttpLimits.HEAD_TIME.dividedBy(4));
        }
        assertThat(written()).startsWith("HTTP/1.1 408 ");
        assertThat(channel.isOpen()).isFalse();
        later(HttpLimits.LINGER_TIME);
        assertRefused("too-slow");
    }

    @Test
    void dropsOneWhoseBodyDoesNotComeInTime() {
        send(POST + "ab");
        later(HttpLimits.BODY_TIME);
        assertThat(written()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void dropsAnIdleConnection() {
        send(GET);
        answer("ok");
        later(HttpLimits.IDLE_TIME.minusMillis(1));
        assertThat(channel.isOpen()).isTrue();
        later(Duration.ofMillis(1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(RefusalMetersTest.refused(registry)).isEmpty();
    }

    @Test
    void dropsOneWhoTakesNothingOfAnAnswer() {
        socket.slow = true;
        send(GET);
        // however long it takes to make the answer
        later(Duration.ofMinutes(2));
        write(text("a slice"));
        write(text("another"));
        later(HttpLimits.WRITE_TIME.minusMillis(1));
        socket.kept.remove().run();
        channel.flushOutbound();
        later(HttpLimits.WRITE_TIME.minusMillis(1));
        assertThat(channel.isOpen()).isTrue();
        later(Duration.ofMillis(1));
        assertThat(channel.isOpen()).isFalse();
        assertRefused("too-slow");
    }

    @Test
    void oneWhoIsDroppedForAnotherIsCountedOnce() {
        send(GET);
        guard.drop();
        guard.drop();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertRefused("no-room");
    }

    @Test
    void oneWhomAStoppingServerLeavesIsNotCounted() {
        send(GET);
        guard.hangUp();
        assertThat(channel.isOpen()).isFalse();
        assertThat(RefusalMetersTest.refused(registry)).isEmpty();
    }

    @Test
    void waitsForThePeerOnlyWhenItIsThePeersTurn() {
        assertThat(guard.waitingSince()).isEqualTo(now);
        send(GET);
        assertThat(guard.waitingSince()).isNull();
        socket.slow = true;
        answer("ok");
        assertThat(guard.waitingSince()).isEqualTo(now);
        later(Duration.ofSeconds(1));
        release();
        assertThat(guard.waitingSince()).isEqualTo(now);
    }

    private void assertRefused(String reason) {
        assertThat(RefusalMetersTest.refused(registry)).isEqualTo(Map.of(reason, 1));
    }

    private void later(Duration time) {
        now = now.plus(time);
        guard.checkTime();
        channel.runPendingTasks();
    }

    private void send(String text) {
        channel.writeInbound(text(text));
    }

    /** An answer with its end, as Vert.x hands it over. */
    private void answer(String text) {
        write(text(text));
        write(LastHttpContent.EMPTY_LAST_CONTENT);
        channel.flushOutbound();
        channel.runPendingTasks();
    }

    private void write(Object message) {
        ChannelFuture ignored = channel.writeOneOutbound(message);
    }

    private void release() {
        socket.slow = false;
        while (!socket.kept.isEmpty()) {
            socket.kept.remove().run();
        }
        channel.flushOutbound();
        channel.runPendingTasks();
    }

    private @Nullable String passed() {
        ByteBuf part = channel.readInbound();
        if (part == null) {
            return null;
        }
        String text = part.toString(StandardCharsets.ISO_8859_1);
        part.release();
        return text;
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        Object part = channel.readOutbound();
        while (part != null) {
            if (part instanceof ByteBuf bytes) {
                all.append(bytes.toString(StandardCharsets.ISO_8859_1));
                bytes.release();
            }
            part = channel.readOutbound();
        }
        return all.toString();
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
