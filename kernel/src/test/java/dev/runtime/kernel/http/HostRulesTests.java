package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostRulesTests {
    private static final HostRules LOCAL = new HostRules(true, () -> "MyBox", address -> address.getHostAddress().equals("8.8.8.8"));

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "localhost", "LOCALHOST:11434", "localhost.", "localhost.:80", "a.localhost", "box.local:1", "svc.internal", "mybox",
        "MYBOX:80", "127.0.0.1", "127.0.0.1:11434", "127.9.9.9", "0.0.0.0:1", "10.0.0.1", "192.168.1.5:8080", "172.16.0.1", "8.8.8.8", "[::1]", "[::1]:11434",
        "[::]", "[fd00::1]:80", "[::1%lo]", "[::ffff:127.0.0.1]"})
    void namesOfThisMachinePass(String host) {
        assertTrue(LOCAL.allow(host), host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:11434", "localhost.evil.example", "127.0.0.1.nip.io", "127.0.0.1.", "evillocal", "localhost@evil.example",
        "notmybox", "mybox.evil.example", "1.1.1.1", "8.8.4.4:80", "2130706433", "0x7f.0.0.1", "127.1", "0177.0.0.1", "127.0.0.256", "[2001:db8::1]", "[::1",
        "[]", "[evil]", "::1", "localhost:80:80", "localhost:x", "localhost:123456", "a b", "[::1]x"})
    void othersDoNot(String host) {
        assertFalse(LOCAL.allow(host), host);
    }

    @Test
    void everyNameReachesAServerOnTheNetwork() throws Exception {
        assertTrue(HostRules.of(InetAddress.getByName("0.0.0.0")).allow("models.company.example"));
        assertFalse(HostRules.of(InetAddress.getByName("127.0.0.1")).allow("models.company.example"));
        assertFalse(HostRules.of(InetAddress.getByName("::1")).allow("models.company.example"));
    }

    @Test
    void theMachinesNameIsNotLookedUpForUsualNames() {
        int[] asked = {0};
        HostRules rules = new HostRules(true, () -> {
            asked[0]++;
            return "";
        }, _ -> false);
        rules.allow("localhost");
        rules.allow("127.0.0.1:80");
        assertEquals(0, asked[0]);
    }
}
