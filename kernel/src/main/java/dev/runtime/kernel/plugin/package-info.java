/**
 * The plug-in container and the service registry.
 *
 * <p>The way of a dropped plug-in: {@link dev.runtime.kernel.plugin.FolderScan} finds that a jar is complete,
 * {@link dev.runtime.kernel.plugin.Staging} copies it, {@link dev.runtime.kernel.plugin.PluginLayer} checks and resolves it into
 * a layer of its own, {@link dev.runtime.kernel.plugin.Plugin} starts its extensions and
 * {@link dev.runtime.kernel.plugin.ServiceRegistry} makes them available. Back: out of the registry first, so that no new
 * call arrives; then drained, stopped, and every reference dropped, so that the garbage collector takes the layer.
 *
 * <p>What keeps a layer from being collected is always a reference from the kernel into the plug-in. Lists hold names of classes,
 * never classes; a reason is kept as text, never as an exception; code of plug-ins runs on virtual threads, which end.
 */
package dev.runtime.kernel.plugin;
