package dev.runtime.plugin.http.undertow;

import dev.runtime.api.http.HttpHost;
import dev.runtime.api.testkit.HttpHostContractTests;
import java.time.Duration;

class UndertowHostTests extends HttpHostContractTests {
    @Override
    protected HttpHost host() {
        return new UndertowHost(Duration.ofMillis(300));
    }
}
