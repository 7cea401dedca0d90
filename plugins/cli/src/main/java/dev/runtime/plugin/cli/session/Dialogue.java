package dev.runtime.plugin.cli.session;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.plugin.cli.client.ModelClient;
import java.util.ArrayList;
import java.util.List;

/** What a session knows: the model, how it is asked, and what was said. Lives on the client: each turn sends all of it. */
final class Dialogue {
    private final List<Message> messages = new ArrayList<>();
    String model;
    ModelClient.Profile profile;
    RunSettings settings;
    String system = "";

    Dialogue(String model, ModelClient.Profile profile, RunSettings settings) {
        this.model = model;
        this.profile = profile;
        this.settings = settings;
    }

    /** Changes to another model; what was said is forgotten, the system message and the settings stay. */
    void change(String other, ModelClient.Profile itsProfile) {
        model = other;
        profile = itsProfile;
        clear();
    }

    /** Forgets what was said, but not the system message. */
    void clear() {
        messages.clear();
        if (!system.isEmpty()) {
            messages.add(Message.of(Role.SYSTEM, system));
        }
    }

    /** Sets the system message from here on: one that nothing was said after is replaced. */
    void system(String text) {
        system = text;
        if (!messages.isEmpty() && messages.getLast().role().equals(Role.SYSTEM)) {
            messages.removeLast();
        }
        messages.add(Message.of(Role.SYSTEM, text));
    }

    void said(Message message) {
        messages.add(message);
    }

    /** Takes back what was said last, as when the server refused it. */
    void unsay() {
        messages.removeLast();
    }

    List<Message> messages() {
        return List.copyOf(messages);
    }
}
