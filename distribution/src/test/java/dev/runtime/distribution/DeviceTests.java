package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Devices other than the processor, chosen by {@code --device}. */
class DeviceTests {
    private static final String QUESTION = "{\"model\":\"demo\",\"stream\":false,\"options\":{\"temperature\":0,\"num_predict\":24},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    Path home;

    @Test
    void theDemoModelChatsOnVulkan() throws IOException {
        String doctor = Image.run(home, "", "doctor").out();
        assumeTrue(doctor.contains("vulkan:0"), "Vulkan finds no device (Debian: libvulkan1, mesa-vulkan-drivers)");
        String expected;
        try (Image.Server server = Image.serve(home)) {
            expected = answer(server);
            boolean card = !doctor.contains("llvmpipe");
            assertTrue(card || server.log().contains("demo:latest runs on cpu "), "a driver in software goes before the processor:\n" + server.log());
        }
        try (Image.Server server = Image.serve(home, "--device", "vulkan")) {
            assertEquals(expected, answer(server));
            assertTrue(server.log().contains("demo:latest runs on vulkan:0 ") && server.log().contains("'vulkan' was asked for"), server.log());
            JsonNode loaded = JsonMapper.shared().readTree(server.get("/api/ps").body()).get("models").get(0);
            assertTrue(loaded.get("size_vram").asLong() > 0, loaded.toString());
            assertEquals(loaded.get("size").asLong(), loaded.get("size_vram").asLong());
            String split = answer(server, QUESTION.replace("\"num_predict\"", "\"num_gpu\":1,\"num_predict\""));
            assertEquals(expected, split);
            assertTrue(server.log().contains("1 layers of demo:latest were asked for on vulkan:0; the model is split: cpu "), server.log());
            JsonNode shared = JsonMapper.shared().readTree(server.get("/api/ps").body()).get("models").get(0);
            assertTrue(shared.get("size_vram").asLong() > 0 && shared.get("size_vram").asLong() < shared.get("size").asLong(),
                    shared.toString());
        }
    }

    @Test
    void anUnknownDeviceIsRefusedWithTheKnownOnes() {
        Image.Finished run = Image.run(home, "", "run", "demo", "--device", "abacus", "Hello");
        assertTrue(run.status() != 0 && run.err().contains("no device 'abacus'") && run.err().contains("cpu-scalar"), run.err());
    }

    /** Built against the api alone, it passes the test kit's contract as part of its build. */
    @Test
    void aBackendOfAThirdPartyIsDroppedInAndChosen() throws IOException {
        assumeTrue(Image.onPath("mvn"), "mvn is not installed");
        SeparateProject built = SeparateProject.of("counting", home.resolve("counting"), "api", "api-tests", "backend-cpu");
        built.build();
        Path project = built.folder();
        assertTrue(Files.exists(project.resolve("target/surefire-reports/TEST-org.example.counting.CountingContractTests.xml")));
        Files.createDirectories(home.resolve("plugins"));
        Files.copy(project.resolve("target/counting-1.0.jar"), home.resolve("plugins/counting.jar"));
        assertTrue(Image.run(home, "", "doctor").out().contains("counting:0"), "doctor lists devices of all backends");
        try (Image.Server server = Image.serve(home, "--device", "counting")) {
            assertTrue(!answer(server).isEmpty());
            assertTrue(server.log().contains("demo:latest runs on counting:0 "), server.log());
            server.post("/api/generate", "{\"model\":\"demo\",\"keep_alive\":0}");
            server.await(line -> line.contains("counted ") && line.contains(" steps of "));
        }
    }

    private static String answer(Image.Server server) {
        return answer(server, QUESTION);
    }

    private static String answer(Image.Server server, String question) {
        JsonNode reply = JsonMapper.shared().readTree(server.post("/api/chat", question).body());
        assertTrue(reply.has("message"), () -> reply + "\n" + server.log());
        return reply.get("message").get("content").asString() + reply.get("message").path("thinking").asString("");
    }
}
