package dev.watchdog.web;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;

/** Tells the guard of a connection where an answer ends: the last place where that shows, before it becomes bytes. */
final class AnswerEnd extends ChannelOutboundHandlerAdapter {
    private final ConnectionGuard guard;

    AnswerEnd(ConnectionGuard guard) {
        this.guard = guard;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean last = message instanceof LastHttpContent;
        ChannelFuture ignored = ctx.write(message, promise);
        if (last) {
            guard.answerEnds();
        }
    }
}
