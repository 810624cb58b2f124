import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kestra.sdk.KestraClient;
import io.kestra.sdk.internal.ApiException;
import io.kestra.sdk.model.*;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Calls a server with the published Java client and compares the answers with what they must be. run.py starts it with GYR_URL, GYR_USER,
 * GYR_PASSWORD and GYR_FLOWS (the folder of the flows). Each step tells `ok NAME` or `not ok NAME: REASON` in a line; the last line is
 * `calls N`. This client starts executions without inputs only, and has no metrics.
 */
public final class Client {
  static final String TENANT = "main";
  static final String NS = "company.clients";
  static final Duration FOLLOW = Duration.ofSeconds(30);
  static final ObjectMapper JSON = new ObjectMapper();

  static int calls;
  static int failed;
  static KestraClient client;

  interface Call<T> {
    T run() throws Exception;
  }

  interface Action {
    void run() throws Exception;
  }

  static void step(String name, Action body) {
    try {
      body.run();
      System.out.println("ok " + name);
    } catch (Exception | AssertionError reason) {
      failed++;
      String body1 = reason instanceof ApiException known ? " " + known.getResponseBody() : "";
      int line = 0;
      for (StackTraceElement place : reason.getStackTrace()) {
        if (line == 0 && place.getClassName().equals("Client") && place.getMethodName().startsWith("lambda")) line = place.getLineNumber();
      }
      System.out.println("not ok " + name + ": line " + line + ": " + (reason + body1).replaceAll("\\s+", " "));
    }
  }

  static <T> T get(Call<T> call) throws Exception {
    calls++;
    return call.run();
  }

  static void act(Action call) throws Exception {
    calls++;
    call.run();
  }

  static void same(Object got, Object wanted, String what) {
    if (!Objects.equals(got, wanted)) throw new AssertionError(what + " is " + got + ", not " + wanted);
  }

  static void has(boolean condition, String what) {
    if (!condition) throw new AssertionError(what);
  }

  /** The call ends with the client's own exception, which carries the error body. */
  static void refused(int status, String words, Action call) throws Exception {
    calls++;
    try {
      call.run();
    } catch (ApiException error) {
      same(error.getCode(), status, "the exception's status");
      JsonNode body = JSON.readTree(error.getResponseBody());
      has(body.path("message").asText().contains(words), "the message misses '" + words + "': " + body);
      same(body.path("status").asInt(), status, "the body's status");
      return;
    }
    throw new AssertionError("the call was not refused");
  }

  static String source(String name) throws IOException {
    return Files.readString(Path.of(System.getenv("GYR_FLOWS"), name + ".yaml"));
  }

  static File upload(String content) throws IOException {
    File file = File.createTempFile("gyr-client", ".yaml");
    file.deleteOnExit();
    Files.writeString(file.toPath(), content);
    return file;
  }

  static String content(File file) throws IOException {
    try {
      return Files.readString(file.toPath());
    } finally {
      Files.delete(file.toPath());
    }
  }

  static List<String> names(byte[] archive) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory() && !entry.getName().startsWith("_flows/")) names.add(entry.getName());
      }
    }
    return new ArrayList<>(names);
  }

  static List<QueryFilter> where(QueryFilterField field, Object value) {
    return List.of(new QueryFilter().field(field).operation(QueryFilterOp.EQUALS).value(value));
  }

  static List<QueryFilter> here() {
    return where(QueryFilterField.NAMESPACE, NS);
  }

  static IdWithNamespace pair(String flow) {
    return new IdWithNamespace().namespace(NS).id(flow);
  }

  static String start(String flow, boolean wait, String... labels) throws Exception {
    return get(() -> client.executions().createExecution(TENANT, NS, flow, List.of(labels), wait, null, null, null, null)).getId();
  }

  static String state(String id) throws Exception {
    return get(() -> client.executions().execution(id, TENANT)).getState().getCurrent().getValue();
  }

  /** Follows an execution by SSE until its state is this one. */
  static void until(String id, StateType wanted) throws Exception {
    calls++;
    Execution found = client.executions().followExecution(id, TENANT)
        .filter(event -> event.getState() != null && event.getState().getCurrent() == wanted).blockFirst(FOLLOW);
    has(found != null, "the stream ended without " + wanted);
  }

  static int count(Object answer) {
    return JSON.valueToTree(answer).path("count").asInt(-1);
  }

  static void flows() {
    var flows = client.flows();
    step("flows_are_created", () -> {
      for (String name : List.of("hello", "file", "approval", "long", "broken", "scheduled")) {
        FlowWithSource made = get(() -> flows.createFlow(TENANT, source(name)));
        same(List.of(made.getId(), made.getNamespace(), made.getRevision(), made.getDisabled(), made.getSource()), List.of(name, NS, 1, false, source(name)), "the flow");
      }
    });
    step("a_flow_is_read_and_changed", () -> {
      FlowWithSource flow = get(() -> flows.flow(NS, "hello", TENANT, true, null, false));
      same(flow.getSource(), source("hello"), "the source");
      same(flow.getTasks().size(), 3, "the number of tasks");
      same(flow.getLabels().get(0).getKey() + "=" + flow.getLabels().get(0).getValue(), "team=clients", "the label");
      String changed = source("hello").replace("What most scripts start", "Changed");
      same(get(() -> flows.updateFlow(NS, "hello", TENANT, changed)).getRevision(), 2, "the revision");
      same(get(() -> flows.flow(NS, "hello", TENANT, false, 1, false)).getDescription(), "What most scripts start", "the description of revision 1");
      same(get(() -> flows.listFlowRevisions(NS, "hello", TENANT, false)).size(), 2, "the number of revisions");
      same(get(() -> flows.taskFromFlow(NS, "hello", "tell", TENANT, null)).getId(), "tell", "the task");
    });
    step("flows_are_validated", () -> {
      same(get(() -> flows.validateFlows(TENANT, source("hello"))).get(0).getConstraints(), null, "the constraints");
      String wrong = source("hello").replace("debug.Return", "debug.Nothing");
      String found = get(() -> flows.validateFlows(TENANT, wrong)).get(0).getConstraints();
      has(found.contains("io.kestra.plugin.core.debug.Nothing"), "no constraint names the type: " + found);
    });
    step("flows_are_searched", () -> {
      PagedResultsFlow page = get(() -> flows.searchFlows(TENANT, 1, 3, List.of("id:asc"), here()));
      same(page.getTotal(), 6L, "the total");
      same(page.getResults().stream().map(Flow::getId).toList(), List.of("approval", "broken", "file"), "the page");
      same(get(() -> flows.searchFlowsBySourceCode(TENANT, 1, 10, null, "clients-hook-key", null)).getTotal(), 1L, "the hits");
      same(get(() -> flows.listFlowsByNamespace(NS, TENANT)).size(), 6, "the flows of the namespace");
      same(get(() -> flows.listDistinctNamespaces(TENANT, null)), List.of(NS), "the namespaces");
      has(get(() -> flows.generateFlowGraph(NS, "hello", TENANT, null, null)).getNodes().size() >= 5, "the graph has too few nodes");
    });
    step("flows_are_exported_imported_and_changed_in_bulk", () -> {
      same(names(get(() -> flows.exportFlowsByIds(TENANT, List.of(pair("hello"), pair("file"))))), List.of(NS + ".file.yml", NS + ".hello.yml"), "the archive");
      same(names(get(() -> flows.exportFlowsByQuery(TENANT, here()))).size(), 6, "the flows of the archive");
      File file = upload(source("hello").replace("id: hello", "id: imported"));
      same(get(() -> flows.importFlows(TENANT, false, file)), List.of(), "what was not imported");
      List<IdWithNamespace> two = List.of(pair("imported"), pair("file"));
      same(get(() -> flows.disableFlowsByIds(TENANT, two)).getCount(), 2, "the disabled flows");
      same(get(() -> flows.flow(NS, "imported", TENANT, false, null, false)).getDisabled(), true, "disabled");
      same(get(() -> flows.enableFlowsByIds(TENANT, two)).getCount(), 2, "the enabled flows");
      same(get(() -> flows.deleteFlowsByIds(TENANT, List.of(pair("imported")))).getCount(), 1, "the deleted flows");
      refused(404, "not found", () -> flows.flow(NS, "imported", TENANT, false, null, false));
      String one = source("long").replace("id: long", "id: one");
      same(get(() -> flows.bulkUpdateFlows(TENANT, false, null, false, one)).size(), 1, "the flows of the bulk update");
      act(() -> flows.deleteFlow(NS, "one", TENANT));
    });
  }

  static void executions() {
    var executions = client.executions();
    step("an_execution_takes_labels", () -> {
      String id = start("hello", true, "run:first");
      ApiExecution run = get(() -> executions.execution(id, TENANT));
      same(run.getState().getCurrent(), StateType.SUCCESS, "the state");
      same(List.of(run.getFlowId(), run.getFlowRevision(), run.getTaskRunList().size()), List.of("hello", 2, 3), "the execution");
      has(run.getLabels().stream().anyMatch(label -> label.getKey().equals("run") && label.getValue().equals("first")), "the label is missing");
      same(get(() -> executions.evalExpression(id, TENANT, "{{ outputs.greet.value }}")).getResult(), "hello world 3", "the result");
      has(get(() -> executions.executionFlowGraph(id, TENANT, null)).getNodes().size() >= 5, "the graph has too few nodes");
      same(get(() -> executions.latestExecutions(TENANT, List.of(new ExecutionRepositoryInterfaceFlowFilter().namespace(NS).id("hello")))).size(), 1, "the latest");
      refused(404, "not found", () -> start("nothing", false));
      refused(422, "data", () -> start("file", false));
    });
    step("an_execution_is_paused_and_resumed", () -> {
      String id = start("approval", false);
      until(id, StateType.PAUSED);
      act(() -> executions.resumeExecution(id, TENANT));
      until(id, StateType.SUCCESS);
      refused(409, "", () -> executions.resumeExecution(id, TENANT));
    });
    step("a_running_execution_is_paused_and_killed", () -> {
      String id = start("long", false);
      until(id, StateType.RUNNING);
      act(() -> executions.pauseExecution(id, TENANT));
      until(id, StateType.PAUSED);
      act(() -> executions.resumeExecution(id, TENANT));
      until(id, StateType.RUNNING);
      act(() -> executions.killExecution(id, TENANT, true));
      until(id, StateType.KILLED);
      refused(409, "", () -> executions.killExecution(id, TENANT, false));
    });
    step("an_execution_is_restarted_replayed_and_labelled", () -> {
      String id = start("broken", true);
      same(state(id), "FAILED", "the state");
      same(get(() -> executions.restartExecution(id, TENANT, null)).getId(), id, "the restarted execution");
      until(id, StateType.FAILED);
      same(get(() -> executions.execution(id, TENANT)).getMetadata().getAttemptNumber(), 2, "the attempt");
      String copy = get(() -> executions.replayExecution(id, TENANT, null, null, null)).getId();
      has(!copy.equals(id), "a replay makes a new execution");
      until(copy, StateType.FAILED);
      same(get(() -> executions.execution(copy, TENANT)).getOriginalId(), id, "the original");
      act(() -> executions.setLabelsOnTerminatedExecution(id, TENANT, List.of(new Label().key("seen").value("yes"))));
      has(get(() -> executions.execution(id, TENANT)).getLabels().stream().anyMatch(label -> label.getKey().equals("seen")), "the label is missing");
      act(() -> executions.updateExecutionStatus(id, StateType.WARNING, TENANT));
      same(state(id), "WARNING", "the state");
    });
    step("executions_are_searched", () -> {
      PagedResultsApiLightExecution page = get(() -> executions.searchExecutions(TENANT, 1, 2, List.of("state.startDate:desc"), here()));
      same(List.of(page.getTotal(), page.getResults().size()), List.of(5L, 2), "the page");
      List<QueryFilter> killed = List.of(new QueryFilter().field(QueryFilterField.STATE).operation(QueryFilterOp.IN).value(List.of("KILLED")));
      same(get(() -> executions.searchExecutions(TENANT, 1, 10, null, killed)).getResults().get(0).getFlowId(), "long", "the killed flow");
      same(get(() -> executions.searchExecutionsByFlowId(TENANT, NS, "broken", 1, 10)).getTotal(), 2L, "the total");
    });
    step("executions_are_changed_in_bulk", () -> {
      List<String> ids = List.of(start("long", false), start("long", false));
      for (String id : ids) until(id, StateType.RUNNING);
      same(count(get(() -> executions.killExecutionsByIds(TENANT, ids))), 2, "the killed executions");
      for (String id : ids) until(id, StateType.KILLED);
      String failing = start("broken", true);
      same(count(get(() -> executions.restartExecutionsByIds(TENANT, List.of(failing)))), 1, "the restarted executions");
      until(failing, StateType.FAILED);
      same(count(get(() -> executions.replayExecutionsByIds(TENANT, List.of(failing), false))), 1, "the replayed executions");
      same(get(() -> executions.deleteExecutionsByIds(TENANT, ids, false, true, true, true)).getCount(), 2, "the deleted executions");
      refused(404, "", () -> executions.execution(ids.get(0), TENANT));
      act(() -> executions.deleteExecution(failing, TENANT, true, true, true));
    });
    step("logs_and_dependencies_are_followed", () -> {
      String id = start("hello", true);
      calls++;
      has(client.logs().followLogsFromExecution(id, TENANT, null).any(line -> "told hello world 3".equals(line.getMessage()))
          .block(FOLLOW), "the line is missing");
      List<LogEntry> lines = get(() -> client.logs().listLogsFromExecution(id, TENANT, null, null, "tell", null));
      same(lines.get(0).getMessage(), "told hello world 3", "the line");
      has(content(get(() -> client.logs().downloadLogsFromExecution(id, TENANT, null, null, null, null))).contains("told hello world 3"), "the line is not in the file");
      has(get(() -> client.logs().searchLogs(TENANT, 1, 5, null, here())).getTotal() >= 1, "no lines");
      act(() -> client.logs().deleteLogsFromExecution(id, TENANT, null, null, null, null));
      same(get(() -> client.logs().listLogsFromExecution(id, TENANT, null, null, null, null)), List.of(), "the lines behind the deletion");
      calls++;
      has(executions.followDependenciesExecution(id, TENANT, false, false).any(event -> id.equals(event.getExecutionId())).block(FOLLOW),
          "the execution is not named");
    });
  }

  static void stores() {
    step("pairs_are_kept", () -> {
      var kv = client.kv();
      Map<String, String> bodies = Map.of("text", "\"hello world\"", "plain", "to-delete", "number", "42", "json", "{\"a\": [1, 2]}", "flag", "true");
      Map<String, Object> values = Map.of("text", "hello world", "plain", "to-delete", "number", 42, "json", Map.of("a", List.of(1, 2)), "flag", true);
      for (String key : bodies.keySet()) act(() -> kv.setKeyValue(NS, key, TENANT, bodies.get(key)));
      for (String key : values.keySet()) same(get(() -> kv.keyValue(NS, key, TENANT)).getValue(), values.get(key), key);
      same(get(() -> kv.listAllKeys(TENANT, 1, 100, null, here())).getTotal(), 5L, "the total");
      same(get(() -> kv.deleteKeyValue(NS, "flag", TENANT)), true, "deleted");
      KVControllerApiDeleteBulkRequest two = new KVControllerApiDeleteBulkRequest().keys(List.of("json", "number"));
      same(get(() -> kv.deleteKeyValues(NS, TENANT, two)).getKeys(), List.of("json", "number"), "the deleted keys");
      refused(404, "flag", () -> kv.keyValue(NS, "flag", TENANT));
    });
    step("files_of_a_namespace_are_kept", () -> {
      var files = client.files();
      act(() -> files.createNamespaceDirectory(NS, TENANT, "/scripts"));
      act(() -> files.createNamespaceFile(NS, "/scripts/a.py", TENANT, upload("print('ü')\n")));
      act(() -> files.createNamespaceFile(NS, "/scripts/a.py", TENANT, upload("print(2)\n")));
      same(content(get(() -> files.fileContent(NS, "/scripts/a.py", TENANT, null))), "print(2)\n", "the file");
      same(content(get(() -> files.fileContent(NS, "/scripts/a.py", TENANT, 1))), "print('ü')\n", "the first revision");
      same(get(() -> files.fileRevisions(NS, TENANT, "/scripts/a.py")).size(), 2, "the number of revisions");
      same(get(() -> files.listNamespaceDirectoryFiles(NS, TENANT, "/scripts")).get(0).getFileName(), "a.py", "the name");
      same(get(() -> files.fileMetadatas(NS, TENANT, "/scripts/a.py")).getSize(), 9L, "the size");
      act(() -> files.moveFileDirectory(NS, java.net.URI.create("/scripts/a.py"), java.net.URI.create("/scripts/b.py"), TENANT));
      same(get(() -> files.searchNamespaceFiles(NS, "b.py", TENANT)), List.of("/scripts/b.py"), "the hits");
      same(names(get(() -> files.exportNamespaceFiles(NS, TENANT))), List.of("scripts/b.py"), "the archive");
      act(() -> files.deleteFileDirectory(NS, "/scripts/b.py", TENANT));
      refused(404, "", () -> files.fileContent(NS, "/scripts/b.py", TENANT, null));
    });
    step("namespaces_and_secrets_are_kept", () -> {
      var namespaces = client.namespaces();
      String id = "company.made";
      same(get(() -> namespaces.createNamespace(TENANT, new Namespace().id(id).deleted(false).description("made by a client"))).getDescription(), "made by a client", "the description");
      same(get(() -> namespaces.updateNamespace(id, TENANT, new Namespace().id(id).deleted(false).description("changed"))).getDescription(), "changed", "the description");
      same(get(() -> namespaces.namespace(id, TENANT)).getDescription(), "changed", "the description");
      has(get(() -> namespaces.searchNamespaces(TENANT, null, 1, 100, null, false)).getTotal() >= 2, "too few namespaces");
      act(() -> namespaces.putSecrets(id, TENANT, new ApiSecretValue().key("TOKEN").value("s3cret").description("for a test")));
      same(get(() -> namespaces.inheritedSecrets(id, TENANT)).get(id), List.of("TOKEN"), "the inherited secrets");
      ApiSecretMetaEE meta = new ApiSecretMetaEE().key("TOKEN").description("changed").tags(List.of());
      same(get(() -> namespaces.patchSecret(id, "TOKEN", TENANT, meta)).get(0).getDescription(), "changed", "the description");
      act(() -> namespaces.deleteSecret(id, "TOKEN", TENANT));
      same(get(() -> namespaces.inheritedVariables(id, TENANT)), Map.of(), "the inherited variables");
      act(() -> namespaces.deleteNamespace(id, TENANT));
      refused(404, "", () -> namespaces.deleteNamespace(id, TENANT));
    });
  }

  static void others() {
    step("triggers_are_listed_and_changed", () -> {
      var triggers = client.triggers();
      same(get(() -> triggers.searchTriggersForFlow(TENANT, NS, "scheduled", 1, 10, null, null)).getResults().get(0).getTriggerId(), "yearly", "the trigger");
      has(get(() -> triggers.searchTriggers(TENANT, 1, 10, null, here())).getTotal() >= 1, "no triggers");
      for (boolean disabled : new boolean[] {true, false}) act(() -> triggers.disabledTriggersByQuery(TENANT, disabled, here()));
      refused(409, "", () -> triggers.unlockTrigger(TENANT, NS, "scheduled", "yearly"));
      has(get(() -> triggers.exportTriggers(TENANT, here())).contains("yearly"), "the export misses the trigger");
      String id = get(() -> client.executions().triggerExecutionByGetWebhook(TENANT, NS, "scheduled", "clients-hook-key")).getId();
      until(id, StateType.SUCCESS);
      refused(404, "", () -> client.executions().triggerExecutionByGetWebhook(TENANT, NS, "scheduled", "wrong"));
    });
    step("dashboards_are_kept", () -> {
      var dashboards = client.dashboards();
      same(get(() -> dashboards.validateDashboard(TENANT, source("dashboard"))).getConstraints(), null, "the constraints");
      same(get(() -> dashboards.createDashboard(TENANT, source("dashboard"))).getId(), "clients", "the id");
      String changed = source("dashboard").replace("Executions of the clients", "Changed");
      same(get(() -> dashboards.updateDashboard("clients", TENANT, changed)).getTitle(), "Changed", "the title");
      same(get(() -> dashboards.dashboard("clients", TENANT)).getTitle(), "Changed", "the title");
      same(get(() -> dashboards.searchDashboards(TENANT, 1, 10, "Changed", null)).getTotal(), 1L, "the total");
      act(() -> dashboards.deleteDashboard("clients", TENANT));
      refused(404, "", () -> dashboards.dashboard("clients", TENANT));
    });
    step("errors_are_the_clients_own", () -> {
      refused(422, "", () -> client.flows().createFlow(TENANT, "id: broken yaml: ["));
      refused(422, "already exists", () -> client.flows().createFlow(TENANT, source("hello")));
      refused(404, "", () -> client.executions().execution("7ZuXxxxxxxxxxxxxxxxxxx", TENANT));
      KestraClient wrong = KestraClient.builder().url(System.getenv("GYR_URL")).basicAuth(System.getenv("GYR_USER"), "wrong").build();
      calls++;
      try {
        wrong.flows().listDistinctNamespaces(TENANT, null);
      } catch (ApiException error) {
        same(error.getCode(), 401, "the status");
        return;
      }
      throw new AssertionError("a wrong password was let in");
    });
  }

  public static void main(String[] words) {
    client = KestraClient.builder().url(System.getenv("GYR_URL")).basicAuth(System.getenv("GYR_USER"), System.getenv("GYR_PASSWORD"))
        .readTimeout(Duration.ofSeconds(30)).build();
    flows();
    executions();
    stores();
    others();
    System.out.println("calls " + calls);
    System.out.flush();
    // Streams that were left before their end keep threads of the client.
    System.exit(failed > 0 ? 1 : 0);
  }
}
