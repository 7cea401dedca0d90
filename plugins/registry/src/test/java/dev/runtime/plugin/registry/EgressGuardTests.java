package dev.runtime.plugin.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EgressGuardTests {
    private static final Origin REGISTRY = new Origin("https", "registry.example", 443);

    private static InetAddress address(String number) {
        try {
            return InetAddress.getByName(number);
        } catch (IOException e) {
            throw new IllegalArgumentException(number, e);
        }
    }

    @Test
    void addressesOfTheInternet() {
        for (String yes : List.of("1.1.1.1", "8.8.8.8", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1",
                "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::1")) {
            assertEquals(true, EgressGuard.global(address(yes)), yes);
        }
        for (String no : List.of("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254",
                "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.0.1", "198.18.0.1", "198.19.0.1", "224.0.0.1", "240.0.0.1",
                "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fdff::1", "ff02::1",
                "64:ff9b::7f00:1", "2002:a00:1::1")) {
            assertEquals(false, EgressGuard.global(address(no)), no);
        }
    }

    private static EgressGuard guard(String... answers) {
        AtomicInteger asked = new AtomicInteger();
        return new EgressGuard(REGISTRY, List.of("intranet.example:8443"),
                _ -> new InetAddress[] {address(answers[Math.min(asked.getAndIncrement(), answers.length - 1)])});
    }

    private static void assertRefused(EgressGuard guard, Origin target) {
        assertEquals(ErrorCode.FORBIDDEN, assertThrows(RuntimeFailure.class, () -> guard.check(target)).code());
    }

    @Test
    void aNameIsResolvedOnce() throws IOException {
        EgressGuard guard = guard("1.1.1.1", "127.0.0.1");
        Origin content = new Origin("https", "content.example", 443);
        assertEquals(List.of(address("1.1.1.1")), guard.check(content));
        assertEquals(List.of(address("1.1.1.1")), guard.check(content), "what the name means by now does not matter");
    }

    @Test
    void everyAddressOfANameIsChecked() {
        EgressGuard guard = new EgressGuard(REGISTRY, List.of(), _ -> new InetAddress[] {address("1.1.1.1"), address("10.0.0.1")});
        assertRefused(guard, new Origin("https", "content.example", 443));
    }

    @Test
    void whoMayBeInAPrivateNetwork() throws IOException {
        assertEquals(1, guard("10.0.0.1").check(REGISTRY).size(), "the registry that was named");
        assertRefused(guard("169.254.169.254"), REGISTRY);
        assertRefused(guard("10.0.0.1"), new Origin("https", "registry.example", 444));
        assertRefused(guard("10.0.0.1"), new Origin("https", "content.example", 443));
        assertEquals(1, guard("10.0.0.1").check(new Origin("https", "intranet.example", 8443)).size(), "the setting says so");
        assertRefused(guard("10.0.0.1"), new Origin("https", "intranet.example", 443));
    }

    @Test
    void encryptionIsNotLost() {
        assertRefused(guard("1.1.1.1"), new Origin("http", "content.example", 80));
        assertRefused(guard("1.1.1.1"), new Origin("ftp", "content.example", 21));
        assertRefused(guard("1.1.1.1"), new Origin("https", "", 443));
    }
}
