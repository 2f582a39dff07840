import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.security.OpenSearchSecurityPlugin;
import org.opensearch.transport.Netty4Plugin;

/** An OpenSearch node from a flat class path: the packages have no launcher, and the launcher refuses root. */
class OpensearchNode extends Node {
  private OpensearchNode(Path home) {
    super(
        InternalSettingsPreparer.prepareEnvironment(
            Settings.builder().put("path.home", home).build(), Map.of(), home.resolve("config"), () -> "n1"),
        List.of(Netty4Plugin.class, OpenSearchSecurityPlugin.class),
        false);
  }

  public static void main(String[] args) throws Exception {
    new OpensearchNode(Path.of(args[0])).start();
    new CountDownLatch(1).await();
  }
}
