package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.Requests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepEventTests {
    @Test
    void aRecordingHasEveryStepWithItsSizes(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("steps.jfr");
        try (Recording recording = new Recording(); GeneratorBench bench = new GeneratorBench(64, 16, 2)) {
            recording.enable("runtime.Step").withoutThreshold();
            recording.start();
            bench.submit(Requests.greedy(Requests.prompt(new Random(1), 20), 3, new CollectingSink()));
            bench.stepAll();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> steps = RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getString("model").equals("bench")).toList();
        assertEquals(List.of(16, 4, 1, 1), steps.stream().map(e -> e.getInt("tokens")).toList());
        assertEquals(List.of(0, 1, 1, 1), steps.stream().map(e -> e.getInt("outputs")).toList());
        assertEquals(List.of(1, 1, 1, 1), steps.stream().map(e -> e.getInt("sequences")).toList());
    }
}
