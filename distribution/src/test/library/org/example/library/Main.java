package org.example.library;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.kernel.Kernel;
import dev.runtime.kernel.KernelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Opens the kernel, chats, closes it, and tells what was left behind: threads, and mappings of the model file. */
public final class Main {
    private Main() {}

    /** Takes the image's folder. */
    public static void main(String[] arguments) throws IOException {
        Set<String> before = threads();
        StringBuilder answer = new StringBuilder();
        try (Kernel kernel = Kernel.open(KernelOptions.isolated().withHome(java.util.Optional.of(Path.of(arguments[0]))))) {
            GenerateRequest request = GenerateRequest.of("demo",
                            new Prompt.Chat(List.of(Message.of(Role.USER, "What is the capital of France?")), List.of()))
                    .withThinking(Thinking.OFF).withOptions(Options.of(Map.of("temperature", 0L)));
            kernel.inference().generate(request, Cancellation.none(), event -> {
                if (event instanceof GenerationEvent.Content content) {
                    answer.append(content.text());
                }
            });
            System.out.println("answer: " + answer);
            System.out.println("mapped while open: " + mappings());
            System.out.println("listening: " + kernel.http().address().isPresent());
        }
        Set<String> left = threads();
        left.removeAll(before);
        System.out.println("threads left: " + left);
        System.out.println("mapped after close: " + mappings());
    }

    /** All platform threads but those that the JDK keeps for virtual threads once one was started. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> !name.startsWith("ForkJoinPool-1-") && !name.startsWith("VirtualThread-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Counts the weight files that are mapped, each of them perhaps in several parts. */
    private static long mappings() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.exists(maps)) {
            return -1;
        }
        try (var lines = Files.lines(maps)) {
            return lines.filter(line -> line.endsWith(".gguf")).map(line -> line.substring(line.indexOf('/'))).distinct().count();
        }
    }
}
