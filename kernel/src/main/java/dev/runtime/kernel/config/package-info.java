/**
 * Configuration in four layers: the keys' defaults, a TOML file, the environment, flags of the command line.
 *
 * <p>{@link dev.runtime.kernel.config.SettingsLoader} is the entry: it reads the layers once, then resolves them against as many
 * sets of keys as needed, because the keys of plug-ins are only known after the kernel's own keys told where plug-ins lie.
 */
package dev.runtime.kernel.config;
