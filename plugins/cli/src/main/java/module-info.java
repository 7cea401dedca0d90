/** The commands of the command line. */
module dev.runtime.plugin.cli {
    requires dev.runtime.api;
    requires tools.jackson.databind;
    requires info.picocli;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires org.jline.terminal.ffm;
}
