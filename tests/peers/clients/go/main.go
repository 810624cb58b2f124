// Calls a server with the published Go client and compares the answers with what they must be. run.py starts it with GYR_URL,
// GYR_USER, GYR_PASSWORD and GYR_FLOWS (the folder of the flows). Each step tells `ok NAME` or `not ok NAME: REASON` in a line;
// the last line is `calls N`. The 1.x line of this client has no logs, dashboards and metrics.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"time"

	kestra "github.com/kestra-io/client-sdk/go-sdk/kestra_api_client"
)

const (
	tenant = "main"
	ns     = "company.clients"
)

var (
	calls  int
	failed int
	api    *kestra.APIClient
	ctx    context.Context
)

// A step ends with the first failure, which is a panic of this type.
type failure string

func fail(format string, words ...any) { panic(failure(fmt.Sprintf(format, words...))) }

func step(name string, body func()) {
	defer func() {
		if reason := recover(); reason != nil {
			failed++
			text, known := reason.(failure)
			if !known {
				text = failure(fmt.Sprint(reason))
			}
			fmt.Printf("not ok %s: %s\n", name, strings.Join(strings.Fields(string(text)), " "))
			return
		}
		fmt.Printf("ok %s\n", name)
	}()
	body()
}

func same(got, wanted any, what string) {
	if !reflect.DeepEqual(got, wanted) {
		fail("%s is %#v, not %#v", what, got, wanted)
	}
}

func has(condition bool, format string, words ...any) {
	if !condition {
		fail(format, words...)
	}
}

func told(err error) string {
	var known *kestra.GenericOpenAPIError
	if errors.As(err, &known) {
		return fmt.Sprintf("%v: %.600s", err, known.Body())
	}
	return err.Error()
}

// must takes what an operation returns: its answer.
func must[T any](answer T, _ *http.Response, err error) T {
	calls++
	if err != nil {
		fail("the call failed: %s", told(err))
	}
	return answer
}

// done is for operations without an answer.
func done(_ *http.Response, err error) {
	calls++
	if err != nil {
		fail("the call failed: %s", told(err))
	}
}

// refused wants the client's own error, which carries the error body.
func refused(status int, words string, response *http.Response, err error) {
	calls++
	var known *kestra.GenericOpenAPIError
	if !errors.As(err, &known) {
		fail("the call was not refused by the client's error: %v", err)
	}
	same(response.StatusCode, status, "the status")
	var body struct {
		Message string
		Status  int
	}
	if err := json.Unmarshal(known.Body(), &body); err != nil {
		fail("the error body is not JSON: %v", err)
	}
	has(strings.Contains(body.Message, words), "the message misses %q: %s", words, known.Body())
	same(body.Status, status, "the body's status")
}

func source(name string) string {
	text, err := os.ReadFile(filepath.Join(os.Getenv("GYR_FLOWS"), name+".yaml"))
	if err != nil {
		fail("%v", err)
	}
	return string(text)
}

func pointer[T any](value T) *T { return &value }

func where(field kestra.QueryFilterField, operation kestra.QueryFilterOp, value any) []kestra.QueryFilter {
	return []kestra.QueryFilter{{Field: &field, Operation: &operation, Value: value}}
}

func in(namespace string) []kestra.QueryFilter {
	return where(kestra.QUERYFILTERFIELD_NAMESPACE, kestra.QUERYFILTEROP_EQUALS, namespace)
}

func pair(flow string) kestra.IdWithNamespace {
	return kestra.IdWithNamespace{Namespace: pointer(ns), Id: pointer(flow)}
}

func start(flow string, wait bool, inputs map[string]any) *kestra.ExecutionControllerExecutionResponse {
	request := api.ExecutionsAPI.CreateExecution(ctx, ns, flow, tenant).Wait(wait)
	if inputs != nil {
		request = request.FormData(inputs)
	}
	return must(request.Execute())
}

func read(id string) *kestra.Execution {
	return must(api.ExecutionsAPI.Execution(ctx, id, tenant).Execute())
}

// until follows an execution by SSE until its state is this one.
func until(id string, wanted kestra.StateType) {
	calls++
	following, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	events, err := api.ExecutionsAPI.FollowExecution(following, id, tenant).Execute()
	if err != nil {
		fail("the stream was refused: %s", told(err))
	}
	var seen []kestra.StateType
	for event := range events {
		seen = append(seen, event.State.Current)
		if event.State.Current == wanted {
			go func() {
				for range events { // the client ends only when its events are taken
				}
			}()
			return
		}
	}
	fail("the stream ended after %v without %s", seen, wanted)
}

func upload(name, content string) *os.File {
	file, err := os.CreateTemp("", "gyr-client-*-"+name)
	if err != nil {
		fail("%v", err)
	}
	defer os.Remove(file.Name())
	if _, err = file.WriteString(content); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		fail("%v", err)
	}
	return file
}

func content(file *os.File) string {
	defer os.Remove(file.Name())
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		fail("%v", err)
	}
	return string(text)
}

func names(archive string) []string {
	reader, err := zip.NewReader(bytes.NewReader([]byte(archive)), int64(len(archive)))
	if err != nil {
		fail("%v", err)
	}
	var found []string
	for _, file := range reader.File {
		if !strings.HasSuffix(file.Name, "/") && !strings.HasPrefix(file.Name, "_flows/") {
			found = append(found, file.Name)
		}
	}
	sort.Strings(found)
	return found
}

func flows() {
	step("flows_are_created", func() {
		for _, name := range []string{"hello", "file", "approval", "long", "broken", "scheduled"} {
			made := must(api.FlowsAPI.CreateFlow(ctx, tenant).Body(source(name)).Execute())
			same([]any{made.Id, made.Namespace, *made.Revision, made.Disabled, *made.Source}, []any{name, ns, int32(1), false, source(name)}, "the flow")
		}
	})
	step("a_flow_is_read_and_changed", func() {
		flow := must(api.FlowsAPI.Flow(ctx, ns, "hello", tenant).Source(true).AllowDeleted(false).Execute())
		same(*flow.Source, source("hello"), "the source")
		same(len(flow.Tasks), 3, "the number of tasks")
		same(flow.Labels[0].Key+"="+flow.Labels[0].Value, "team=clients", "the label")
		changed := strings.Replace(source("hello"), "What most scripts start", "Changed", 1)
		same(*must(api.FlowsAPI.UpdateFlow(ctx, ns, "hello", tenant).Body(changed).Execute()).Revision, int32(2), "the revision")
		same(*must(api.FlowsAPI.Flow(ctx, ns, "hello", tenant).Source(false).AllowDeleted(false).Revision(1).Execute()).Description,
			"What most scripts start", "the description of revision 1")
		same(len(must(api.FlowsAPI.ListFlowRevisions(ctx, ns, "hello", tenant).AllowDelete(false).Execute())), 2, "the number of revisions")
		same(must(api.FlowsAPI.TaskFromFlow(ctx, ns, "hello", "tell", tenant).Execute()).Id, "tell", "the task")
	})
	step("flows_are_validated", func() {
		found := must(api.FlowsAPI.ValidateFlows(ctx, tenant).Body(source("hello")).Execute())
		has(len(found) == 1 && !found[0].HasConstraints(), "a good flow is refused: %v", found)
		found = must(api.FlowsAPI.ValidateFlows(ctx, tenant).Body(strings.Replace(source("hello"), "debug.Return", "debug.Nothing", 1)).Execute())
		has(strings.Contains(found[0].GetConstraints(), "io.kestra.plugin.core.debug.Nothing"), "no constraint names the type: %v", found)
	})
	step("flows_are_searched", func() {
		page := must(api.FlowsAPI.SearchFlows(ctx, tenant).Page(1).Size(3).Sort([]string{"id:asc"}).Filters(in(ns)).Execute())
		same(page.Total, int64(6), "the total")
		same([]string{page.Results[0].Id, page.Results[1].Id, page.Results[2].Id}, []string{"approval", "broken", "file"}, "the page")
		same(must(api.FlowsAPI.SearchFlowsBySourceCode(ctx, tenant).Page(1).Size(10).Q("clients-hook-key").Execute()).Total, int64(1), "the hits")
		same(len(must(api.FlowsAPI.ListFlowsByNamespace(ctx, ns, tenant).Execute())), 6, "the flows of the namespace")
		same(must(api.FlowsAPI.ListDistinctNamespaces(ctx, tenant).Execute()), []string{ns}, "the namespaces")
		has(len(must(api.FlowsAPI.GenerateFlowGraph(ctx, ns, "hello", tenant).Execute()).Nodes) >= 5, "the graph has too few nodes")
	})
	step("flows_are_exported_imported_and_changed_in_bulk", func() {
		archive := must(api.FlowsAPI.ExportFlowsByIds(ctx, tenant).IdWithNamespace([]kestra.IdWithNamespace{pair("hello"), pair("file")}).Execute())
		same(names(archive), []string{ns + ".file.yml", ns + ".hello.yml"}, "the archive")
		same(len(names(must(api.FlowsAPI.ExportFlowsByQuery(ctx, tenant).Filters(in(ns)).Execute()))), 6, "the flows of the archive")
		file := upload("flows.yaml", strings.Replace(source("hello"), "id: hello", "id: imported", 1))
		same(must(api.FlowsAPI.ImportFlows(ctx, tenant).FailOnError(false).FileUpload(file).Execute()), []string{}, "what was not imported")
		two := []kestra.IdWithNamespace{pair("imported"), pair("file")}
		same(*must(api.FlowsAPI.DisableFlowsByIds(ctx, tenant).IdWithNamespace(two).Execute()).Count, int32(2), "the disabled flows")
		same(must(api.FlowsAPI.Flow(ctx, ns, "imported", tenant).Source(false).AllowDeleted(false).Execute()).Disabled, true, "disabled")
		same(*must(api.FlowsAPI.EnableFlowsByIds(ctx, tenant).IdWithNamespace(two).Execute()).Count, int32(2), "the enabled flows")
		one := strings.Replace(source("hello"), "id: hello", "id: one", 1)
		same(len(must(api.FlowsAPI.BulkUpdateFlows(ctx, tenant).Delete(false).AllowNamespaceChild(false).Body(one).Execute())), 1, "the flows of the bulk update")
		same(*must(api.FlowsAPI.DeleteFlowsByIds(ctx, tenant).IdWithNamespace([]kestra.IdWithNamespace{pair("one")}).Execute()).Count, int32(1), "the deleted flows")
		done(api.FlowsAPI.DeleteFlow(ctx, ns, "imported", tenant).Execute())
		_, response, err := api.FlowsAPI.Flow(ctx, ns, "imported", tenant).Source(false).AllowDeleted(false).Execute()
		refused(404, "not found", response, err)
	})
}

func executions() {
	step("an_execution_takes_defaults_inputs_and_labels", func() {
		run := start("hello", true, nil)
		same(string(run.State.Current), "SUCCESS", "the state")
		same(run.Inputs, map[string]any{"name": "world", "count": 3.0}, "the inputs")
		same(run.Outputs, map[string]any{"greeting": "hello world 3"}, "the outputs")
		run = must(api.ExecutionsAPI.CreateExecution(ctx, ns, "hello", tenant).Wait(true).Labels([]string{"run:first"}).
			FormData(map[string]any{"name": "Anna Ü", "count": "7"}).Execute())
		same(run.Outputs, map[string]any{"greeting": "hello Anna Ü 7"}, "the outputs")
		has(strings.Contains(fmt.Sprint(labels(run.Labels)), "run=first"), "the label is missing: %v", labels(run.Labels))
		again := read(run.Id)
		same([]any{again.Id, again.FlowId, again.FlowRevision, len(again.TaskRunList)}, []any{run.Id, "hello", int32(2), 3}, "the execution")
		has(len(must(api.ExecutionsAPI.ExecutionFlowGraph(ctx, run.Id, tenant).Execute()).Nodes) >= 5, "the graph has too few nodes")
	})
	step("wrong_inputs_are_refused", func() {
		_, response, err := api.ExecutionsAPI.CreateExecution(ctx, ns, "hello", tenant).Wait(false).FormData(map[string]any{"count": "many"}).Execute()
		refused(422, "count", response, err)
		_, response, err = api.ExecutionsAPI.CreateExecution(ctx, ns, "nothing", tenant).Wait(false).Execute()
		refused(404, "not found", response, err)
	})
	step("an_execution_is_paused_and_resumed", func() {
		run := start("approval", false, nil)
		until(run.Id, "PAUSED")
		must(api.ExecutionsAPI.ResumeExecution(ctx, run.Id, tenant).FormData(map[string]any{"reason": "I say so"}).Execute())
		until(run.Id, "SUCCESS")
		same(read(run.Id).TaskRunList[1].Outputs, map[string]any{"value": "resumed because I say so"}, "the outputs")
		_, response, err := api.ExecutionsAPI.ResumeExecution(ctx, run.Id, tenant).Execute()
		refused(409, "", response, err)
	})
	step("a_running_execution_is_paused_and_killed", func() {
		run := start("long", false, nil)
		until(run.Id, "RUNNING")
		done(api.ExecutionsAPI.PauseExecution(ctx, run.Id, tenant).Execute())
		until(run.Id, "PAUSED")
		must(api.ExecutionsAPI.ResumeExecution(ctx, run.Id, tenant).Execute())
		until(run.Id, "RUNNING")
		must(api.ExecutionsAPI.KillExecution(ctx, run.Id, tenant).IsOnKillCascade(true).Execute())
		until(run.Id, "KILLED")
		_, response, err := api.ExecutionsAPI.KillExecution(ctx, run.Id, tenant).IsOnKillCascade(false).Execute()
		refused(409, "", response, err)
	})
	step("an_execution_is_restarted_replayed_and_labelled", func() {
		run := start("broken", true, nil)
		same(string(run.State.Current), "FAILED", "the state")
		same(must(api.ExecutionsAPI.RestartExecution(ctx, run.Id, tenant).Execute()).Id, run.Id, "the restarted execution")
		until(run.Id, "FAILED")
		again := read(run.Id)
		same(*again.Metadata.AttemptNumber, int32(2), "the attempt")
		copied := must(api.ExecutionsAPI.ReplayExecution(ctx, run.Id, tenant).TaskRunId(again.TaskRunList[0].Id).Execute())
		has(copied.Id != run.Id, "a replay makes a new execution")
		until(copied.Id, "FAILED")
		same(*read(copied.Id).OriginalId, run.Id, "the original")
		// A flow without labels: this model takes them as a map, and servers answer a list.
		same(must(api.ExecutionsAPI.FlowFromExecutionById(ctx, run.Id, tenant).Execute()).Id, "broken", "the flow")
		first := start("hello", true, nil)
		other := must(api.ExecutionsAPI.ReplayExecutionWithinputs(ctx, first.Id, tenant).FormData(map[string]any{"name": "again", "count": "1"}).Execute())
		until(other.Id, "SUCCESS")
		same(read(other.Id).Outputs, map[string]any{"greeting": "hello again 1"}, "the outputs of the replay")
		must(api.ExecutionsAPI.SetLabelsOnTerminatedExecution(ctx, run.Id, tenant).Label([]kestra.Label{{Key: "seen", Value: "yes"}}).Execute())
		has(strings.Contains(fmt.Sprint(labels(read(run.Id).Labels)), "seen=yes"), "the label is missing")
		same(string(must(api.ExecutionsAPI.UpdateExecutionStatus(ctx, run.Id, tenant).Status("WARNING").Execute()).State.Current), "WARNING", "the state")
	})
	step("executions_are_searched", func() {
		page := must(api.ExecutionsAPI.SearchExecutions(ctx, tenant).Page(1).Size(2).Sort([]string{"state.startDate:desc"}).Filters(in(ns)).Execute())
		same([]any{page.Total, len(page.Results)}, []any{int64(8), 2}, "the page")
		page = must(api.ExecutionsAPI.SearchExecutions(ctx, tenant).Page(1).Size(10).
			Filters(where(kestra.QUERYFILTERFIELD_STATE, kestra.QUERYFILTEROP_IN, []string{"KILLED"})).Execute())
		same(page.Results[0].FlowId, "long", "the killed flow")
		same(must(api.ExecutionsAPI.SearchExecutionsByFlowId(ctx, tenant).Namespace(ns).FlowId("broken").Page(1).Size(10).Execute()).Total, int64(2), "the total")
		last := must(api.ExecutionsAPI.LatestExecutions(ctx, tenant).ExecutionRepositoryInterfaceFlowFilter(
			[]kestra.ExecutionRepositoryInterfaceFlowFilter{{Namespace: ns, Id: "hello"}}).Execute())
		same(len(last), 1, "the latest executions")
	})
	step("executions_are_changed_in_bulk", func() {
		var ids []string
		for range 2 {
			run := start("long", false, nil)
			until(run.Id, "RUNNING")
			ids = append(ids, run.Id)
		}
		same(*must(api.ExecutionsAPI.KillExecutionsByIds(ctx, tenant).RequestBody(ids).Execute()).Count, int32(2), "the killed executions")
		for _, id := range ids {
			until(id, "KILLED")
		}
		failing := start("broken", true, nil)
		same(*must(api.ExecutionsAPI.RestartExecutionsByIds(ctx, tenant).RequestBody([]string{failing.Id}).Execute()).Count, int32(1), "the restarted executions")
		until(failing.Id, "FAILED")
		same(*must(api.ExecutionsAPI.ReplayExecutionsByIds(ctx, tenant).LatestRevision(false).RequestBody([]string{failing.Id}).Execute()).Count, int32(1), "the replayed executions")
		same(*must(api.ExecutionsAPI.DeleteExecutionsByIds(ctx, tenant).IncludeNonTerminated(false).DeleteLogs(true).DeleteMetrics(true).
			DeleteStorage(true).RequestBody(ids).Execute()).Count, int32(2), "the deleted executions")
		_, response, err := api.ExecutionsAPI.Execution(ctx, ids[0], tenant).Execute()
		refused(404, "", response, err)
		done(api.ExecutionsAPI.DeleteExecution(ctx, failing.Id, tenant).DeleteLogs(true).DeleteMetrics(true).DeleteStorage(true).Execute())
	})
	step("dependencies_are_followed", func() {
		run := start("hello", true, nil)
		calls++
		following, stop := context.WithTimeout(ctx, 30*time.Second)
		defer stop()
		events, err := api.ExecutionsAPI.FollowDependenciesExecutions(following, run.Id, tenant).Execute()
		if err != nil {
			fail("the stream was refused: %s", told(err))
		}
		for event := range events {
			if event.GetExecutionId() == run.Id {
				return
			}
		}
		fail("the stream does not name the execution")
	})
}

func labels(list []kestra.Label) []string {
	var texts []string
	for _, label := range list {
		texts = append(texts, label.Key+"="+label.Value)
	}
	return texts
}

func stores() {
	step("pairs_are_kept", func() {
		for key, body := range map[string]string{"text": `"hello world"`, "plain": "to-delete", "number": "42", "json": `{"a": [1, 2]}`, "flag": "true"} {
			done(api.KVAPI.SetKeyValue(ctx, ns, key, tenant).Body(body).Execute())
		}
		pair := must(api.KVAPI.KeyValue(ctx, ns, "json", tenant).Execute())
		same(pair.Value, map[string]any{"a": []any{1.0, 2.0}}, "the value")
		// The client's model takes objects alone: what else is answered stands in the body of its error.
		for key, wanted := range map[string]string{"text": `"hello world"`, "plain": `"to-delete"`, "number": "42", "flag": "true"} {
			calls++
			_, _, err := api.KVAPI.KeyValue(ctx, ns, key, tenant).Execute()
			var known *kestra.GenericOpenAPIError
			has(errors.As(err, &known) && strings.Contains(string(known.Body()), `"value":`+wanted), "%s: %v", key, err)
		}
		same(must(api.KVAPI.ListAllKeys(ctx, tenant).Page(1).Size(100).Filters(in(ns)).Execute()).Total, int64(5), "the total")
		same(len(must(api.KVAPI.ListKeys(ctx, ns, tenant).Execute())), 5, "the keys")
		same(must(api.KVAPI.DeleteKeyValue(ctx, ns, "flag", tenant).Execute()), true, "deleted")
		request := kestra.KVControllerApiDeleteBulkRequest{Keys: []string{"json", "number"}}
		same(must(api.KVAPI.DeleteKeyValues(ctx, ns, tenant).KVControllerApiDeleteBulkRequest(request).Execute()).Keys, []string{"json", "number"}, "the deleted keys")
		_, response, err := api.KVAPI.KeyValue(ctx, ns, "flag", tenant).Execute()
		refused(404, "flag", response, err)
	})
	step("files_of_a_namespace_are_kept", func() {
		files := api.FilesAPI
		done(files.CreateNamespaceDirectory(ctx, ns, tenant).Path("/scripts").Execute())
		done(files.CreateNamespaceFile(ctx, ns, tenant).Path("/scripts/a.py").FileContent(upload("a.py", "print('ü')\n")).Execute())
		done(files.CreateNamespaceFile(ctx, ns, tenant).Path("/scripts/a.py").FileContent(upload("a.py", "print(2)\n")).Execute())
		same(content(must(files.FileContent(ctx, ns, tenant).Path("/scripts/a.py").Execute())), "print(2)\n", "the file")
		same(content(must(files.FileContent(ctx, ns, tenant).Path("/scripts/a.py").Revision(1).Execute())), "print('ü')\n", "the first revision")
		same(len(must(files.FileRevisions(ctx, ns, tenant).Path("/scripts/a.py").Execute())), 2, "the number of revisions")
		list := must(files.ListNamespaceDirectoryFiles(ctx, ns, tenant).Path("/scripts").Execute())
		same([]any{len(list), list[0].GetFileName()}, []any{1, "a.py"}, "the folder")
		same(must(files.FileMetadatas(ctx, ns, tenant).Path("/scripts/a.py").Execute()).GetSize(), int64(9), "the size")
		done(files.MoveFileDirectory(ctx, ns, tenant).From("/scripts/a.py").To("/scripts/b.py").Execute())
		same(must(files.SearchNamespaceFiles(ctx, ns, tenant).Q("b.py").Execute()), []string{"/scripts/b.py"}, "the hits")
		same(names(must(files.ExportNamespaceFiles(ctx, ns, tenant).Execute())), []string{"scripts/b.py"}, "the archive")
		done(files.DeleteFileDirectory(ctx, ns, tenant).Path("/scripts/b.py").Execute())
		_, response, err := files.FileContent(ctx, ns, tenant).Path("/scripts/b.py").Execute()
		refused(404, "", response, err)
	})
	step("namespaces_and_secrets_are_kept", func() {
		made := must(api.NamespacesAPI.CreateNamespace(ctx, tenant).Namespace(kestra.Namespace{Id: "company.made", Description: pointer("made by a client")}).Execute())
		same([]string{made.Id, *made.Description}, []string{"company.made", "made by a client"}, "the namespace")
		changed := kestra.Namespace{Id: "company.made", Description: pointer("changed")}
		same(*must(api.NamespacesAPI.UpdateNamespace(ctx, "company.made", tenant).Namespace(changed).Execute()).Description, "changed", "the description")
		same(*must(api.NamespacesAPI.Namespace(ctx, "company.made", tenant).Execute()).Description, "changed", "the description")
		has(must(api.NamespacesAPI.SearchNamespaces(ctx, tenant).Page(1).Size(100).Existing(false).Execute()).Total >= 2, "too few namespaces")
		offered := must(api.NamespacesAPI.AutocompleteNamespaces(ctx, tenant).ApiAutocomplete(kestra.ApiAutocomplete{Q: *kestra.NewNullableString(pointer("company.made"))}).Execute())
		has(strings.Contains(fmt.Sprint(offered), "company.made"), "it is not offered: %v", offered)
		same(len(must(api.NamespacesAPI.InheritedVariables(ctx, "company.made", tenant).Execute())), 0, "the inherited variables")
		secret := kestra.ApiSecretValue{Key: "TOKEN", Value: "s3cret", Description: pointer("for a test")}
		same(must(api.NamespacesAPI.PutSecrets(ctx, "company.made", tenant).ApiSecretValue(secret).Execute())[0].Key, "TOKEN", "the secret")
		same((*must(api.NamespacesAPI.InheritedSecrets(ctx, "company.made", tenant).Execute()))["company.made"], []string{"TOKEN"}, "the inherited secrets")
		list := must(api.NamespacesAPI.ListNamespaceSecrets(ctx, "company.made", tenant).Page(1).Size(10).Filters([]kestra.QueryFilter{}).Execute())
		same([]any{list.GetTotal(), list.Results[0].Key, list.ReadOnly}, []any{int64(1), "TOKEN", false}, "the list of secrets")
		meta := kestra.ApiSecretMetaEE{Key: "TOKEN", Description: pointer("changed"), Tags: []kestra.ApiSecretTag{}}
		same(*must(api.NamespacesAPI.PatchSecret(ctx, "company.made", "TOKEN", tenant).ApiSecretMetaEE(meta).Execute())[0].Description, "changed", "the description")
		done(api.NamespacesAPI.DeleteSecret(ctx, "company.made", "TOKEN", tenant).Execute())
		done(api.NamespacesAPI.DeleteNamespace(ctx, "company.made", tenant).Execute())
		response, err := api.NamespacesAPI.DeleteNamespace(ctx, "company.made", tenant).Execute()
		refused(404, "", response, err)
	})
}

func triggers() {
	step("triggers_are_listed_and_changed", func() {
		page := must(api.TriggersAPI.SearchTriggersForFlow(ctx, ns, "scheduled", tenant).Page(1).Size(10).Execute())
		same([]any{page.Total, page.Results[0].TriggerId}, []any{int64(1), "yearly"}, "the triggers of the flow")
		all := must(api.TriggersAPI.SearchTriggers(ctx, tenant).Page(1).Size(10).Filters(in(ns)).Execute())
		has(all.Total >= 1, "no triggers")
		for _, disabled := range []bool{true, false} {
			answer := must(api.TriggersAPI.DisabledTriggersByQuery(ctx, tenant).Disabled(disabled).Filters(in(ns)).Execute())
			same(answer["count"], 1.0, "the changed triggers")
		}
		_, response, err := api.TriggersAPI.UnlockTrigger(ctx, ns, "scheduled", "yearly", tenant).Execute()
		refused(409, "", response, err)
		hooked := must(api.ExecutionsAPI.TriggerExecutionByGetWebhook(ctx, ns, "scheduled", "clients-hook-key", tenant).Execute())
		until(fmt.Sprint(*hooked.Id), "SUCCESS")
		_, response, err = api.ExecutionsAPI.TriggerExecutionByGetWebhook(ctx, ns, "scheduled", "wrong", tenant).Execute()
		refused(404, "", response, err)
	})
}

func errorsAreTheClientsOwn() {
	step("errors_are_the_clients_own", func() {
		_, response, err := api.FlowsAPI.CreateFlow(ctx, tenant).Body("id: broken yaml: [").Execute()
		refused(422, "", response, err)
		_, response, err = api.FlowsAPI.CreateFlow(ctx, tenant).Body(source("hello")).Execute()
		refused(422, "already exists", response, err)
		_, response, err = api.ExecutionsAPI.Execution(ctx, "7ZuXxxxxxxxxxxxxxxxxxx", tenant).Execute()
		refused(404, "", response, err)
		wrong := context.WithValue(context.Background(), kestra.ContextBasicAuth, kestra.BasicAuth{UserName: os.Getenv("GYR_USER"), Password: "wrong"})
		_, response, err = api.FlowsAPI.ListDistinctNamespaces(wrong, tenant).Execute()
		has(err != nil && response.StatusCode == 401, "a wrong password was let in")
	})
}

func main() {
	configuration := kestra.NewConfiguration()
	configuration.Servers = kestra.ServerConfigurations{{URL: os.Getenv("GYR_URL")}}
	api = kestra.NewAPIClient(configuration)
	ctx = context.WithValue(context.Background(), kestra.ContextBasicAuth,
		kestra.BasicAuth{UserName: os.Getenv("GYR_USER"), Password: os.Getenv("GYR_PASSWORD")})
	flows()
	executions()
	stores()
	triggers()
	errorsAreTheClientsOwn()
	fmt.Printf("calls %d\n", calls)
	if failed > 0 {
		os.Exit(1)
	}
}
