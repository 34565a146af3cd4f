package dev.watchdog.web;

import dev.watchdog.linux.HostClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the socket and Vert.x's HTTP server, and lets through whole heads that {@link RequestHead} takes, the
 * body that belongs to each, and no more until it is answered and the answer is with the kernel. What is refused never
 * reaches another parser. It also knows since when the peer keeps this server waiting, and hangs up when that is too
 * long. On the event loop of its connection.
 */
final class ConnectionGuard extends ChannelDuplexHandler implements Shares.Member {
    private final Peer peer;
    private final Predicate<String> hosts;
    private final HostClock clock;
    private final RefusalMeters refusals;
    private final HeadBuffer head = new HeadBuffer();
    private @Nullable ChannelHandlerContext context;
    private Phase phase = Phase.HEAD;
    private Duration since;
    private @Nullable ByteBuf received;
    private boolean readLater;
    private int bodyLeft;
    private boolean answered;
    private long unwritten;
    private Duration progress;
    private int discarded;

    private enum Phase {
        /** The next request may come, and nothing of it has. */
        IDLE,
        HEAD,
        BODY,
        /** The request is whole; the answer is not with the kernel yet. */
        ANSWER,
        /** The last answer is on its way; what comes in is thrown away. */
        CLOSING
    }

    /** @param hosts which names of a Host header are this server's */
    ConnectionGuard(Peer peer, Predicate<String> hosts, HostClock clock, RefusalMeters refusals) {
        this.peer = peer;
        this.hosts = hosts;
        this.clock = clock;
        this.refusals = refusals;
        this.since = clock.now().sinceBoot();
        this.progress = since;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        release();
        super.channelInactive(inactive);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (phase == Phase.CLOSING) {
            discard((ByteBuf) message);
            return;
        }
        ByteBuf before = received == null ? Unpooled.EMPTY_BUFFER : received;
        received = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, (ByteBuf) message);
        advance(ctx);
    }

    /** Lets through what is received, up to the end of the first request that is not answered. */
    private void advance(ChannelHandlerContext ctx) {
        try {
            ByteBuf in = received;
            while (in != null && in.isReadable() && phase != Phase.ANSWER) {
                if (phase == Phase.BODY) {
                    body(ctx, in);
                } else {
                    head(ctx, in);
                }
                in = received;
            }
            if (in != null && !in.isReadable()) {
                release();
            }
        } catch (Problem.Refusal refusal) {
            refuse(ctx, refusal);
        }
    }

    private void head(ChannelHandlerContext ctx, ByteBuf in) {
        if (phase == Phase.IDLE) {
            enter(Phase.HEAD);
        }
        if (!head.take(in)) {
            return;
        }
        byte[] bytes = head.remove();
        bodyLeft = RequestHead.parse(bytes, hosts).bodyLength();
        answered = false;
        enter(bodyLeft > 0 ? Phase.BODY : Phase.ANSWER);
        ctx.fireChannelRead(Unpooled.wrappedBuffer(bytes));
    }

    private void body(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf part = in.readRetainedSlice(Math.min(bodyLeft, in.readableBytes()));
        bodyLeft -= part.readableBytes();
        if (bodyLeft == 0) {
            enter(Phase.ANSWER);
        }
        ctx.fireChannelRead(part);
        goOn();
    }

    private void enter(Phase next) {
        phase = next;
        since = clock.now().sinceBoot();
    }

    /** While an answer is outstanding no more is read than one more head; reading on is how a hang-up is noticed. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        ByteBuf in = received;
        if (phase == Phase.ANSWER && in != null && in.readableBytes() >= HttpLimits.PIPELINED) {
            readLater = true;
        } else {
            ctx.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
        if (unwritten == 0) {
            progress = clock.now().sinceBoot();
        }
        unwritten += bytes;
        ChannelFuture ignored = ctx.write(message, promise.unvoid().addListener(written -> {
            unwritten -= bytes;
            progress = clock.now().sinceBoot();
            goOn();
        }));
    }

    /** The last part of an answer has been handed over for writing. */
    void answerEnds() {
        answered = true;
        goOn();
    }

    private void goOn() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && phase == Phase.ANSWER && answered && unwritten == 0) {
            enter(Phase.IDLE);
            ctx.executor().execute(() -> next(ctx));
        }
    }

    private void next(ChannelHandlerContext ctx) {
        if (phase != Phase.IDLE) {
            return;
        }
        advance(ctx);
        ctx.fireChannelReadComplete();
        if (readLater) {
            readLater = false;
            ctx.pipeline().read();
        }
    }

    private void refuse(ChannelHandlerContext ctx, Problem.Refusal refusal) {
        enter(Phase.CLOSING);
        refusals.answered(refusal.status());
        byte[] answer = Reply.refusal(refusal);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(answer)).addListener(written -> farewell(ctx));
    }

    /**
     * Lets the peer take what the kernel still has for it, for a while: closed at once, a socket with unread input resets
     * the connection and the answer is lost; and one with unread output lives on in the kernel, where nobody counts it.
     */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (phase != Phase.CLOSING) {
            enter(Phase.CLOSING);
            farewell(ctx);
        }
    }

    private void farewell(ChannelHandlerContext ctx) {
        boolean stopped = readLater;
        release();
        if (unwritten > 0 || !(ctx.channel() instanceof DuplexChannel channel)) {
            hangUp();
            return;
        }
        ChannelFuture ignored = channel.shutdownOutput();
        if (stopped) {
            ctx.read();
        }
    }

    private void discard(ByteBuf more) {
        discarded += more.readableBytes();
        more.release();
        if (discarded > HttpLimits.LINGER_BYTES) {
            hangUp();
        }
    }

    /** Hangs up, after a word of it, when the peer has kept this server waiting for too long. */
    void checkTime() {
        ChannelHandlerContext ctx = context;
        Duration waiting = waitingSince();
        if (ctx == null
                || waiting == null
                || clock.now().sinceBoot().minus(waiting).compareTo(patience()) < 0) {
            return;
        }
        boolean begun = phase == Phase.HEAD && !head.isEmpty();
        boolean incomplete = phase == Phase.BODY && !answered;
        if (begun || incomplete) {
            refuse(ctx, new Problem.Refusal(408, "the request did not come in time"));
        } else {
            if (phase != Phase.IDLE && phase != Phase.CLOSING) {
                refusals.count(RefusalMeters.Reason.TOO_SLOW);
            }
            hangUp();
        }
    }

    private Duration patience() {
        return switch (phase) {
            case IDLE -> HttpLimits.IDLE_TIME;
            case HEAD -> HttpLimits.HEAD_TIME;
            case BODY -> HttpLimits.BODY_TIME;
            case ANSWER -> HttpLimits.WRITE_TIME;
            case CLOSING -> HttpLimits.LINGER_TIME;
        };
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public @Nullable Duration waitingSince() {
        if (phase != Phase.ANSWER) {
            return since;
        }
        return unwritten > 0 ? progress : null;
    }

    /** Hangs up for another one's sake. */
    @Override
    public void drop() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && ctx.channel().isActive() && phase != Phase.CLOSING) {
            refusals.count(RefusalMeters.Reason.NO_ROOM);
        }
        hangUp();
    }

    /** Hangs up at once; what the peer has not taken is gone. */
    void hangUp() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        if (ctx.channel() instanceof SocketChannel channel
                && channel.isActive()
                && (phase == Phase.ANSWER || phase == Phase.CLOSING)) {
            channel.config().setSoLinger(0);
        }
        ChannelFuture ignored = ctx.close();
    }

    private void release() {
        ReferenceCountUtil.release(received);
        received = null;
        readLater = false;
    }
}
