package dev.runtime.api.text;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import java.util.List;
import java.util.Set;

/** Splits what a model family writes into thoughts, content and tool calls. */
@Stable
public interface OutputParser extends Extension {
    /** Returns the parser's name, lower case. */
    String name();

    /**
     * Tells how well this parser fits a model; the highest positive score wins, of equal ones the first.
     *
     * @return 0 for "not mine", up to 100 for "exactly this family"
     */
    int score(ModelHints hints);

    /** Begins to parse one reply. */
    Session open(Request request);

    /**
     * What is known about a model.
     *
     * @param architecture the architecture's name
     * @param template the chat template's source, empty if none
     * @param configured the parser name that the model's configuration asks for, empty if none
     */
    record ModelHints(String architecture, String template, String configured) {}

    /**
     * The reply to parse.
     *
     * @param tools tools that the model was offered
     * @param thinking whether thoughts are wanted apart from content
     * @param promptEnd the last characters of the prompt, from which a parser sees whether the model already is inside a thought
     */
    record Request(List<ToolDefinition> tools, boolean thinking, String promptEnd) {
        /** Copies the list. */
        public Request {
            tools = List.copyOf(tools);
        }
    }

    /** The parse of one reply. For one thread. */
    interface Session {
        /** Takes the next text, in any split; passes on all that is certain, holds back no more than needed. */
        void accept(String text, Sink sink);

        /** Ends; passes on what was held back. A half-written tool call becomes content with a note, never a failure. */
        void finish(Sink sink);

        /** Returns the spellings of control tokens that must reach the parser as text. */
        default Set<String> markers() {
            return Set.of();
        }

        /** (optional) Returns how this reply is written where the kernel forces its form; the default is an answer and nothing else. */
        default ReplyForm form() {
            return ReplyForm.PLAIN;
        }
    }

    /** Takes the parts of a reply in order. */
    interface Sink {
        /** Text for the user. */
        void content(String text);

        /** A thought. */
        void thinking(String text);

        /** A complete call. */
        void toolCall(ToolCall call);

        /** Something that was repaired or could not be understood, for the reply's notes. */
        void note(String text);
    }
}
