package dev.runtime.plugin.http.undertow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.http.HttpHost;
import dev.runtime.api.testkit.HttpHostLifeContractTests;
import dev.runtime.api.testkit.RawHttp;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class UndertowListeningTests extends HttpHostLifeContractTests {
    @Override
    protected HttpHost host() {
        return new UndertowHost();
    }

    @Test
    void closedSendingSideCancelsAndStillGetsTheReply() throws Exception {
        var cancelled = new CountDownLatch(1);
        listen(x -> {
            x.cancellation().onCancel(cancelled::countDown);
            x.attributes().put("in time", cancelled.await(20, TimeUnit.SECONDS));
            x.send(200, "text/plain", x.attributes().toString().getBytes(StandardCharsets.UTF_8));
        });
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        raw.endOutput();
        assertEquals("HTTP/1.1 200 OK {in time=true}", raw.reply());
    }

    @Test
    void requestsRunOnVirtualThreads() throws Exception {
        listen(x -> x.send(200, "text/plain", new byte[] {(byte) (Thread.currentThread().isVirtual() ? 'v' : 'p')}));
        assertTrue(connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply().endsWith("v"));
    }

    @Test
    void noManagementBeansAreRegistered() throws Exception {
        listen(x -> x.send(200, "text/plain", new byte[0]));
        assertTrue(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("org.xnio:*"), null).isEmpty());
    }
}
