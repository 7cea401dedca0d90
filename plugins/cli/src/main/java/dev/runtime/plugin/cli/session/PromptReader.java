package dev.runtime.plugin.cli.session;

import java.io.IOException;
import java.util.List;
import org.jline.keymap.KeyMap;
import org.jline.reader.LineReader;
import org.jline.reader.Reference;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The terminal library's line editor with a hint on the empty line and the keys that people of model tools know. */
final class PromptReader extends LineReaderImpl {
    private static final AttributedString HINT =
            new AttributedString("Send a message (/? for help)", AttributedStyle.DEFAULT.foreground(245));
    private static final String TAB = " ".repeat(8);

    /**
     * Creates.
     *
     * @param editor asked for another text when the key for that is pressed
     */
    PromptReader(Terminal terminal, Editor editor) throws IOException {
        super(terminal, "runtime");
        getWidgets().put("newline", () -> {
            getBuffer().write('\n');
            return true;
        });
        getWidgets().put("tab", this::tab);
        getWidgets().put("editor", () -> {
            String text = editor.edit(getBuffer().toString(), terminal);
            getBuffer().clear();
            getBuffer().write(text);
            redrawLine();
            return true;
        });
        KeyMap<org.jline.reader.Binding> keys = getKeyMaps().get(LineReader.EMACS);
        keys.bind(new Reference("newline"), KeyMap.ctrl('J'));
        keys.bind(new Reference("tab"), "\t");
        keys.bind(new Reference("editor"), KeyMap.ctrl('G'));
        keys.bind(new Reference(LineReader.BACKWARD_KILL_LINE), KeyMap.ctrl('U'));
    }

    /** What writes a text elsewhere than on the line. */
    interface Editor {
        /** Returns the text that shall stand in place of another. */
        String edit(String text, Terminal terminal);
    }

    private boolean tab() {
        if (getBuffer().toString().startsWith("/")) {
            callWidget(LineReader.EXPAND_OR_COMPLETE);
        } else {
            getBuffer().write(TAB);
        }
        return true;
    }

    @Override
    public AttributedString getDisplayedBufferWithPrompts(List<AttributedString> secondaryPrompts) {
        AttributedString shown = super.getDisplayedBufferWithPrompts(secondaryPrompts);
        // not when the line is accepted or given up: the hint would stay on the screen
        return getBuffer().length() == 0 && state == State.NORMAL && searchTerm == null && !Terminal.TYPE_DUMB.equals(terminal.getType())
                ? new AttributedStringBuilder().append(shown).append(HINT).toAttributedString() : shown;
    }
}
