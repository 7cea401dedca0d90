package dev.runtime.plugin.http.undertow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.xnio.ChannelPipe;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.ReadReadyHandler;

class PeerWatchTests {
    @Test
    void anEventThatWasUnderWayWhenItStoppedLeavesTheNextRequestReadable() throws IOException {
        XnioWorker worker = Xnio.getInstance(PeerWatch.class.getClassLoader()).createWorkerBuilder().setWorkerIoThreads(1).setDaemon(true).build();
        try {
            ChannelPipe<StreamConnection, StreamConnection> pipe = worker.createFullDuplexPipeConnection();
            AtomicInteger gone = new AtomicInteger();
            PeerWatch watch = new PeerWatch(new HttpServerConnection(pipe.getLeftSide(), new DefaultByteBufferPool(false, 1024), null,
                    OptionMap.EMPTY, 1024, null), gone::incrementAndGet);
            ConduitStreamSourceChannel source = pipe.getLeftSide().getSourceChannel();
            watch.start();
            assertTrue(source.isReadResumed());
            watch.stop();
            // the end of the exchange resumes reading for the next request; then comes what XNIO does for the event
            source.resumeReads();
            new ReadReadyHandler.ChannelListenerHandler<>(source).readReady();
            assertTrue(source.isReadResumed());
            assertEquals(0, gone.get());
        } finally {
            worker.shutdownNow();
        }
    }
}
