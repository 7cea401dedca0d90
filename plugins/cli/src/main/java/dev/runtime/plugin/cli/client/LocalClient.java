package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.Events;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.model.ModelDetails;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Answers from the kernel in this process. */
public record LocalClient(LocalRuntime runtime) implements ModelClient {
    @Override
    public String place() {
        return "this process";
    }

    @Override
    public List<Stored> list() {
        return runtime.models().list().stream().map(m -> new Stored(m.name(), m.digest(), m.size(), m.modified())).toList();
    }

    @Override
    public List<Running> running() {
        return runtime.inference().loaded().stream().map(m -> new Running(m.info().name(), m.info().digest(), m.size(), m.deviceSize(),
                m.contextLength(), m.expires())).toList();
    }

    @Override
    public Profile profile(String model) {
        ModelDetails details = runtime.models().details(model);
        TreeSet<String> capabilities = new TreeSet<>();
        details.info().capabilities().forEach(c -> capabilities.add(c.name().toLowerCase(Locale.ROOT)));
        return new Profile(capabilities, details.messages());
    }

    @Override
    public void stop(String model) {
        runtime.models().find(model).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model '" + model + "' not found"));
        runtime.inference().unload(model);
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        runtime.inference().generate(request, cancellation, events);
    }

    @Override
    public Events.Subscription loading(IntConsumer percent) {
        return runtime.events().subscribe(event -> {
            if (event instanceof RuntimeEvent.ModelLoading(String _, long bytes, long total)) {
                percent.accept((int) (100.0 * bytes / total));
            }
        });
    }

    @Override
    public void load(GenerateRequest request, Cancellation cancellation) {
        runtime.inference().load(request.model(), request.options(), request.keepAlive(), cancellation);
    }

    @Override
    public List<float[]> embed(EmbedRequest request, Cancellation cancellation) {
        return runtime.inference().embed(request, cancellation).vectors();
    }
}
