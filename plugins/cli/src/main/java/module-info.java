/**
 * The commands of the {@code runtime} binary.
 *
 * <p>Each command is a small class that implements {@link dev.runtime.api.command.Command}; options are declared with picocli's
 * programmatic model, which needs no reflection and so no start-up time. Commands that concern models speak to a
 * {@link dev.runtime.plugin.cli.client.ModelClient}: a running server where there is one, otherwise the kernel in this process. Start reading
 * at {@link dev.runtime.plugin.cli.RunCommand}.
 */
module dev.runtime.plugin.cli {
    requires dev.runtime.api;
    requires dev.runtime.plugin.dialect;
    requires info.picocli;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires tools.jackson.databind;

    provides dev.runtime.api.command.Command with
            dev.runtime.plugin.cli.ServeCommand,
            dev.runtime.plugin.cli.RunCommand,
            dev.runtime.plugin.cli.ListCommand,
            dev.runtime.plugin.cli.PsCommand,
            dev.runtime.plugin.cli.ShowCommand,
            dev.runtime.plugin.cli.StopCommand,
            dev.runtime.plugin.cli.PullCommand,
            dev.runtime.plugin.cli.PushCommand,
            dev.runtime.plugin.cli.CreateCommand,
            dev.runtime.plugin.cli.SignInCommand,
            dev.runtime.plugin.cli.SignOutCommand,
            dev.runtime.plugin.cli.CopyCommand,
            dev.runtime.plugin.cli.RemoveCommand,
            dev.runtime.plugin.cli.LaunchCommand,
            dev.runtime.plugin.cli.CompletionCommand,
            dev.runtime.plugin.cli.PluginsCommand,
            dev.runtime.plugin.cli.ConfigCommand,
            dev.runtime.plugin.cli.DoctorCommand,
            dev.runtime.plugin.cli.TokenizeCommand,
            dev.runtime.plugin.cli.PerplexityCommand,
            dev.runtime.plugin.cli.BenchCommand;
}
