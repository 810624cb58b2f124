// The list of all commands. Add new commands here.
#include <algorithm>
#include <vector>

#include "cli/command.h"
#include "cli/verbs.h"

namespace gyr::cli {
namespace {

constexpr CommandInfo commands[] = {
    {"server local",
     "Start a server on this machine, without login",
     "Starts the engine and its REST API on 127.0.0.1. The server is ready when it prints `ready http://…`. SIGTERM or "
     "Ctrl-C stops it: running tasks have a grace period (5 minutes by default) to finish. A second signal stops it at "
     "once. Executions that are still open continue after the next start.",
     {{{"gyr server local", "Listen on http://127.0.0.1:8080 and keep all data in the folder `.gyr`"},
       {"gyr server local --port 9000 --data ~/gyr", "Use another port and another data folder"},
       {"gyr server local --flow-path flows", "Load the flows in a folder at the start"}}},
     make_server_local},
    {"server standalone",
     "Start a server for production",
     "Starts the same engine as `server local`. A file (--config) with Kestra's configuration keys configures it. "
     "Environment variables (KESTRA_…, GYR_…) override the file. If no login is configured, the server listens on the "
     "loopback interface only and refuses any other address.",
     {{{"gyr server standalone --config /etc/gyr/config.yml", "Use a configuration file"},
       {"GYR_SERVER_BASICAUTH_USERNAME=a@b.example GYR_SERVER_BASICAUTH_PASSWORD=… gyr server standalone",
        "Configure the login with environment variables"},
       {"gyr server standalone --flow-path flows --flow-path shared", "Load the flows in two folders at the start"}}},
     make_server_standalone},
    {"dev",
     "Start a local server that loads the flows of a folder again whenever their files change",
     "Starts a server like `gyr server local`. Whenever a file in the folder changes, its flows are saved on the "
     "server. Errors and warnings are printed with their file, line and column. Files without flows, hidden folders "
     "and `node_modules` are ignored. If you delete a file, its flow stays on the server.",
     {{{"gyr dev", "Load the flows in this folder"},
       {"gyr dev flows/ --port 9000", "Load the flows in another folder and use another port"},
       {"gyr dev flows/ --data /tmp/gyr", "Keep the data in another folder"}}},
     make_dev},
    {"flow validate",
     "Validate flows, without or with a server",
     "Reads files, folders (all .yml and .yaml files below them) and standard input (`-`). A file can contain several "
     "flows, separated by `---`. Every error and warning is printed with its file, line and column. The exit code is 1 "
     "if a flow has an error. Warnings do not change the exit code. With --server or --context, the server checks the "
     "flows.",
     {{{"gyr flow validate flows/", "Validate all flows in a folder"},
       {"git show HEAD:flow.yaml | gyr flow validate -", "Validate a flow from standard input"},
       {"gyr flow validate flows/ --server https://gyr.example --user me@example.com",
        "Check with a server; the command asks for the password"}}},
     make_flow_validate},
    {"flow run",
     "Run a flow from a file, without a server",
     "Starts an engine in a temporary folder, runs the flow to its end and shows its task runs and log lines. The exit "
     "code is 0 if the execution ends in SUCCESS or WARNING, 1 if it ends in another state, 2 if the inputs are not "
     "valid, 3 if the file does not exist, and 130 if the run was interrupted. Ctrl-C kills the execution. A second "
     "Ctrl-C ends the program at once.",
     {{{"gyr flow run hello.yaml --inputs name=Ada", "Run a flow with an input"},
       {"gyr flow run report.yaml --file data=sales.csv --json", "Pass a file and print the execution as JSON"},
       {"gyr flow run parent.yaml --with flows/", "Load other flows that this flow can start as subflows"}}},
     make_flow_run},
    {"flow create",
     "Create a flow on a server",
     "Reads one flow from a file, expands its includes and creates the flow. Fails if a flow with this namespace and "
     "id exists.",
     {{{"gyr flow create hello.yaml", "Create a flow on a local server"},
       {"git show HEAD:hello.yaml | gyr flow create -", "Read the flow from standard input"},
       {"gyr flow create hello.yaml --server https://gyr.example --user me@example.com:secret",
        "Create the flow on another server"}}},
     make_flow_create},
    {"flow update",
     "Update a flow on a server",
     "Reads one flow from a file, expands its includes and saves it as a new revision. The namespace and id in the "
     "file must be those of the existing flow.",
     {{{"gyr flow update hello.yaml company.team hello", "Create a new revision"},
       {"gyr flow update hello.yaml company.team hello --json", "Print the updated flow"},
       {"gyr flow update hello.yaml company.team hello --server https://gyr.example --user me@example.com:secret",
        "Update a flow on another server"}}},
     make_flow_update},
    {"flow delete",
     "Delete a flow on a server",
     "Deletes the flow and its triggers. Its executions are kept.",
     {{{"gyr flow delete company.team hello", "Delete a flow on a local server"},
       {"gyr flow delete company.team hello --user me@example.com:secret",
        "Delete a flow on a local server that "
        "requires a login"},
       {"gyr flow delete company.team hello --server https://gyr.example --user me@example.com:secret",
        "Delete a flow on another server"}}},
     make_flow_delete},
    {"flow updates",
     "Create or update all flows in a folder on a server",
     "Reads all .yml and .yaml files below the folder and expands their includes. If one flow is not valid, nothing is "
     "changed. With --delete, flows of --namespace that are not in the folder are deleted. Prints one line for each "
     "flow: `+` means created or updated, `-` means deleted.",
     {{{"gyr flow updates flows/", "Create and update flows; delete nothing"},
       {"gyr flow updates flows/ --namespace company.team", "Fail if a flow belongs to another namespace"},
       {"gyr flow updates flows/ --namespace company.team --delete", "Make the namespace match the folder"}}},
     make_flow_updates},
    {"flow namespace update",
     "Create or update all flows of a namespace on a server",
     "Works like `flow updates` for one namespace. Flows of the namespace that are not in the folder are kept, with a "
     "warning. With --delete they are deleted.",
     {{{"gyr flow namespace update company.team flows/", "Create and update flows; delete nothing"},
       {"gyr flow namespace update company.team flows/ --delete", "Make the namespace match the folder"},
       {"gyr flow namespace update company.test flows/ --override-namespaces",
        "Save all flows in this namespace, whatever namespace the files name"}}},
     make_flow_namespace_update},
    {"flow export",
     "Export flows from a server as a ZIP file",
     "Writes `flows.zip` to the folder. The archive contains one file for each flow.",
     {{{"gyr flow export .", "Export all flows"},
       {"gyr flow export --namespace company.team backup/", "Export a namespace and its child namespaces"},
       {"gyr flow export . --server https://gyr.example --user me@example.com:secret",
        "Export the flows of another server"}}},
     make_flow_export},
    {"flow test",
     "Run a flow from a file, with inputs in the form of Kestra's command",
     "Works like `flow run`, but with a time limit of one hour. Each input is a name followed by a value. The value of "
     "a FILE input is a path.",
     {{{"gyr flow test hello.yaml name Ada", "Run a flow with an input"},
       {"gyr flow test report.yaml data sales.csv", "Pass a file"},
       {"gyr flow run hello.yaml --inputs name=Ada", "Do the same with `flow run`"}}},
     make_flow_test},
    {"flow expand",
     "Print a flow after its includes are replaced",
     "Replaces each `[[> path]]` with the contents of the file at that path and prints the result.",
     {{{"gyr flow expand hello.yaml", "Print the flow"},
       {"gyr flow expand hello.yaml > expanded.yaml", "Save the result"},
       {"cat hello.yaml | gyr flow expand -", "Read the flow from standard input"}}},
     make_flow_expand},
    {"flow dot",
     "Print the graph of a flow for Graphviz",
     "Reads a flow from a file, without a server, and prints its graph in the DOT language.",
     {{{"gyr flow dot hello.yaml", "Print the graph"},
       {"gyr flow dot hello.yaml | dot -Tsvg > hello.svg", "Draw the graph"},
       {"gyr flow source company.team hello | gyr flow dot -", "Print the graph of a flow of a server"}}},
     make_flow_dot},
    {"template namespace update",
     "Create or update all templates of a namespace on a server",
     "Reads all .yml and .yaml files below the folder. If one template is not valid, nothing is changed. With "
     "--delete, templates of the namespace that are not in the folder are deleted.",
     {{{"gyr template namespace update company.team templates/", "Create and update templates; delete nothing"},
       {"gyr template namespace update company.team templates/ --delete", "Make the namespace match the folder"},
       {"gyr template namespace update company.team templates/ --json", "Print the templates as JSON"}}},
     make_template_namespace_update},
    {"template validate",
     "Validate templates with a server",
     "Sends the templates to a server, which checks them. The exit code is 1 if a template has an error.",
     {{{"gyr template validate templates/", "Validate all templates in a folder"},
       {"gyr template validate template.yaml --json", "Print the findings as JSON"},
       {"gyr template validate templates/ --context prod", "Ask another server"}}},
     make_template_validate},
    {"template export",
     "Export templates from a server as a ZIP file",
     "Writes `templates.zip` to the folder. The archive contains one file for each template.",
     {{{"gyr template export .", "Export all templates"},
       {"gyr template export --namespace company.team backup/", "Export a namespace and its child namespaces"},
       {"gyr template export . --context prod", "Export the templates of another server"}}},
     make_template_export},
    {"namespace files update",
     "Copy files to a namespace on a server",
     "Copies a file, or all files below a folder. A file named `.kestraignore` in the folder lists the files to skip, "
     "in the syntax of .gitignore; it is not copied itself. With --delete, everything at the target is deleted first. "
     "Prints the source and the target of each file.",
     {{{"gyr namespace files update company.team scripts/", "Copy a folder to the root of the namespace"},
       {"gyr namespace files update company.team scripts/ /scripts --delete",
        "Replace the contents of a folder in the namespace"},
       {"gyr namespace files update company.team main.py /src/main.py", "Copy one file"}}},
     make_namespace_files_update},
    {"namespace kv update",
     "Set a key of a namespace on a server",
     "The value is JSON, a date or a duration. With `--type STRING` it can be any text. With --file-value it is read "
     "from a file.",
     {{{"gyr namespace kv update company.team limit 10", "Store a number"},
       {"gyr namespace kv update company.team greeting 'Hello Ada' --type STRING --expiration 1d",
        "Store a string that expires after one day"},
       {"gyr namespace kv update company.team settings --file-value settings.json", "Read the value from a file"}}},
     make_namespace_kv_update},
    {"expression eval",
     "Evaluate an expression",
     "Renders a template with the variables of a context file, as a flow would. Prints a string, or a JSON value with "
     "--typed. Functions that need a server (kv, secret, files, …) return an error.",
     {{{"gyr expression eval '{{ 1 + 2 }}'", "Evaluate an expression without a context"},
       {"echo '{\"inputs\": {\"n\": 5}}' | gyr expression eval --context - --typed '{{ inputs.n * 2 }}'",
        "Read the context from standard input and print a JSON value"},
       {"gyr expression eval --batch cases.jsonl", "Evaluate many expressions, one JSON object per line"}}},
     make_expression_eval},
    {"cron next",
     "Show the next dates of a cron expression",
     "A cron expression has five fields, or six fields that start with seconds, or is an abbreviation such as @daily. "
     "Dates are calculated in the local time of the time zone. A time that is skipped when daylight saving time begins "
     "has no date. A time that occurs twice when it ends has one date if the next date of the schedule is at least two "
     "hours later; otherwise it has two dates. --previous always shows both dates of such a time.",
     {{{"gyr cron next '0 9 * * MON-FRI' --zone Europe/Paris", "Show the next five dates"},
       {"gyr cron next '@daily' --from 2024-03-01T00:00:00Z --count 3 --previous",
        "Show the last three dates before a given time"},
       {"gyr cron next --batch schedules.jsonl", "Evaluate many expressions, one JSON object per line"}}},
     make_cron_next},
    {"condition eval",
     "Evaluate a condition of a trigger",
     "Evaluates a condition from a file. The trigger is assumed to belong to a flow `listener` in the namespace "
     "`company.team`. The context file describes the date of the schedule, the variables of the flow, or the execution "
     "whose state has changed. Prints `true` or `false`.",
     {{{"gyr condition eval weekend.yaml --context date.yaml", "Evaluate a condition for a date"},
       {"gyr condition eval after-success.yaml --context execution.json --json",
        "Evaluate a condition for an execution and print JSON"},
       {"gyr condition eval --batch cases.jsonl", "Evaluate many conditions, one JSON object per line"}}},
     make_condition_eval},
    {"execution explain",
     "Explain what an execution is waiting for, and what you can do",
     "Shows what the execution is waiting for (a worker, another execution, a person, a date or a concurrency slot), "
     "since when and until when, and which command helps.",
     {{{"gyr execution explain 5cYKNq1QJWfSBDnrUDTBVp", "Explain an execution on a local server"},
       {"gyr execution explain 5cYKNq1QJWfSBDnrUDTBVp --json", "Print the explanation as JSON"},
       {"gyr execution explain 5cYKNq1QJWfSBDnrUDTBVp --server https://gyr.example --user me@example.com:secret",
        "Explain an execution on another server"}}},
     make_execution_explain},
    {"execution get",
     "Show an execution",
     "Prints the state of the execution, its task runs with their states, and its outputs. With --json, prints all "
     "fields.",
     {{{"gyr execution get 5cYKNq1QJWfSBDnrUDTBVp", "Show the states of the execution and its task runs"},
       {"gyr execution get 5cYKNq1QJWfSBDnrUDTBVp --json", "Print all fields as JSON"},
       {"gyr execution get 5cYKNq1QJWfSBDnrUDTBVp --server https://gyr.example --user me@example.com:secret",
        "Show an execution on another server"}}},
     make_execution_get},
    {"execution kill",
     "Kill an execution",
     "Kills the execution and the executions that its Subflow tasks started. With --no-cascade, the latter continue.",
     {{{"gyr execution kill 5cYKNq1QJWfSBDnrUDTBVp", "Kill an execution and its subflows"},
       {"gyr execution kill 5cYKNq1QJWfSBDnrUDTBVp --no-cascade", "Kill only this execution"},
       {"gyr execution kill --namespace company.team --state RUNNING", "Kill all running executions of a namespace"}}},
     make_execution_kill},
    {"execution restart",
     "Restart a failed execution from the tasks that failed",
     "Runs the failed tasks and the tasks after them again, in the same execution. Results of successful tasks are "
     "kept. With --revision, creates a new execution with that revision of the flow.",
     {{{"gyr execution restart 5cYKNq1QJWfSBDnrUDTBVp", "Restart the same execution"},
       {"gyr execution restart 5cYKNq1QJWfSBDnrUDTBVp --revision 4", "Restart with a corrected revision of the flow"},
       {"gyr execution restart 5cYKNq1QJWfSBDnrUDTBVp --json", "Print the restarted execution as JSON"}}},
     make_execution_restart},
    {"execution replay",
     "Run an execution again as a new execution",
     "Creates an execution with the same inputs and runs it from the start. With --from, the results of all tasks "
     "before that task run are kept.",
     {{{"gyr execution replay 5cYKNq1QJWfSBDnrUDTBVp", "Replay from the start"},
       {"gyr execution replay 5cYKNq1QJWfSBDnrUDTBVp --from 3Hk2PzQ8rT5vWxYzAbCdEf", "Replay from a task run"},
       {"gyr execution replay 5cYKNq1QJWfSBDnrUDTBVp --revision 4", "Replay with another revision of the flow"}}},
     make_execution_replay},
    {"execution resume",
     "Resume a paused execution",
     "Resumes an execution that a Pause task or a person has paused.",
     {{{"gyr execution resume 5cYKNq1QJWfSBDnrUDTBVp", "Resume an execution"},
       {"gyr execution resume 5cYKNq1QJWfSBDnrUDTBVp --json", "Print the resumed execution as JSON"},
       {"gyr execution resume 5cYKNq1QJWfSBDnrUDTBVp --server https://gyr.example --user me@example.com:secret",
        "Resume an execution on another server"}}},
     make_execution_resume},
    {"execution release",
     "Release an execution from quarantine",
     "An execution is quarantined if the server crashed twice while it was processing the execution. It does not "
     "continue until it is released or killed.",
     {{{"gyr execution release 5cYKNq1QJWfSBDnrUDTBVp", "Release an execution"},
       {"gyr execution release 5cYKNq1QJWfSBDnrUDTBVp --json", "Print the released execution as JSON"},
       {"gyr execution release 5cYKNq1QJWfSBDnrUDTBVp --server https://gyr.example --user me@example.com:secret",
        "Release an execution on another server"}}},
     make_execution_release},
    {"trigger list",
     "List the triggers of a flow and their next dates",
     "Lists the schedules and polling triggers of a flow with their next dates, and what each of them is waiting for. "
     "Webhooks and Flow triggers have no dates and are not listed.",
     {{{"gyr trigger list company.team report", "List the triggers of a flow on a local server"},
       {"gyr trigger list company.team report --json", "Print the triggers as JSON"},
       {"gyr trigger list company.team report --server https://gyr.example --user me@example.com:secret",
        "List the triggers of a flow on another server"}}},
     make_trigger_list},
    {"trigger explain",
     "Explain why a trigger did or did not fire",
     "Shows what prevents the trigger from firing (it is disabled, its execution is running, its next date has not "
     "come), and which command helps. Then shows the last lines of its log, with the dates that were skipped and the "
     "reasons.",
     {{{"gyr trigger explain company.team report hourly", "Explain a trigger on a local server"},
       {"gyr trigger explain company.team report hourly --json", "Print the explanation as JSON"},
       {"gyr trigger explain company.team report hourly --server https://gyr.example --user me@example.com:secret",
        "Explain a trigger on another server"}}},
     make_trigger_explain},
    {"trigger enable",
     "Enable a trigger",
     "Enables the trigger. The trigger may have missed dates while it was disabled. Its property "
     "`recoverMissedSchedules` decides which of these dates run: ALL (all of them), LAST (the last one) or NONE.",
     {{{"gyr trigger enable company.team report hourly", "Enable a trigger"},
       {"gyr trigger enable company.team report hourly --json", "Print the new state of the trigger as JSON"},
       {"gyr trigger enable company.team report hourly --server https://gyr.example --user me@example.com:secret",
        "Enable a trigger on another server"}}},
     make_trigger_enable},
    {"trigger disable",
     "Disable a trigger",
     "The trigger starts no executions until it is enabled again. Running executions continue. The flow is not "
     "changed.",
     {{{"gyr trigger disable company.team report hourly", "Disable a trigger"},
       {"gyr trigger disable company.team report hourly --json", "Print the new state of the trigger as JSON"},
       {"gyr trigger disable company.team report hourly --server https://gyr.example --user me@example.com:secret",
        "Disable a trigger on another server"}}},
     make_trigger_disable},
    {"trigger unlock",
     "Unlock a trigger that is waiting for its execution",
     "The next date starts an execution although the previous execution has not ended. Both may then run at the same "
     "time.",
     {{{"gyr trigger unlock company.team report hourly", "Unlock a trigger"},
       {"gyr trigger unlock company.team report hourly --json", "Print the new state of the trigger as JSON"},
       {"gyr trigger unlock company.team report hourly --server https://gyr.example --user me@example.com:secret",
        "Unlock a trigger on another server"}}},
     make_trigger_unlock},
    {"trigger backfill",
     "Run a schedule for the dates of a past period",
     "Starts an execution for each date from --start to --end (both inclusive), one after another. The regular dates "
     "continue after the backfill. --pause, --resume and --delete pause, resume and delete a running backfill.",
     {{{"gyr trigger backfill company.team report hourly --start 2024-01-01T00:00:00Z --end 2024-01-31T23:00:00Z",
        "Run the dates of one month"},
       {"gyr trigger backfill company.team report hourly --start 2024-01-01T00:00:00Z --labels kind:backfill",
        "Add a label to the executions"},
       {"gyr trigger backfill company.team report hourly --pause", "Pause the backfill"}}},
     make_trigger_backfill},
    {"config check",
     "Check configuration files without a server",
     "Reads the files and the environment variables as a server would. Prints every error and warning with its file, "
     "line and column. A wrong value or an unknown key is an error. A key of Kestra that has no effect in Gyrfalcon is "
     "a warning. A variable in `${NAME}` that is not set is also a warning, because it can be set on another machine. "
     "The exit code is 1 if a file has an error.",
     {{{"gyr config check /etc/gyr/config.yml", "Check one file"},
       {"gyr config check --json config.yml", "Print the findings as JSON"},
       {"cat config.yml | gyr config check -", "Check standard input"}}},
     make_config_check},
    {"config list",
     "List all configuration keys",
     "Prints each key with its type, limits, default and meaning, and with the environment variable that overrides it.",
     {{{"gyr config list", "List all keys"},
       {"gyr config list --json", "Print the keys as JSON"},
       {"gyr config list --schema > config.schema.json", "Write a JSON Schema for editors"}}},
     make_config_list},
    {"config properties",
     "Print the configuration in use",
     "Prints the configuration that a server would use with this file and the current environment variables. It "
     "includes all defaults. The output is YAML. Secrets are replaced by stars.",
     {{{"gyr config properties", "Print the configuration without a file"},
       {"gyr config properties --config /etc/gyr/config.yml", "Read a configuration file"},
       {"gyr config properties --jq .kestra.storage.type", "Print one value"}}},
     make_config_properties},
    {"context list",
     "List the contexts",
     "A context is a server with a login, saved under a name in ~/.config/gyr/config.yaml. Only you can read this "
     "file. Contexts of kestractl (~/.kestractl/config.yaml) are listed as well. A star marks the current context. "
     "Commands that call a server use the current context, unless options or environment variables select another "
     "server. Passwords and tokens are never shown.",
     {{{"gyr context list", "List the contexts"},
       {"gyr context list --json", "Print the contexts as JSON"},
       {"gyr flow list --context prod", "Use a context for one command"}}},
     make_context_list},
    {"context show",
     "Show a context",
     "Shows the server, the tenant and the kind of login of the current context or of the context NAME. Passwords and "
     "tokens are never shown.",
     {{{"gyr context show", "Show the current context"},
       {"gyr context show prod", "Show another context"},
       {"gyr context show --json", "Print the context as JSON"}}},
     make_context_show},
    {"context use",
     "Select the current context",
     "After this, commands that call a server use this context.",
     {{{"gyr context use prod", "Use the context `prod`"},
       {"gyr context use local && gyr flow list", "Use another context and list its flows"},
       {"gyr context list", "List the contexts"}}},
     make_context_use},
    {"context set",
     "Add or change a context, and use it",
     "Saves a server and a login. Values of options that are not given do not change. If --user contains no password, "
     "the command asks for the password on the terminal.",
     {{{"gyr context set local --server localhost:8080", "Save a local server"},
       {"gyr context set prod --server https://gyr.example --user me@example.com",
        "Save a server and a user; the "
        "command asks for the password"},
       {"gyr context set ci --server https://gyr.example --user ci@example.com --password-stdin < password",
        "Read the password from a file"}}},
     make_context_set},
    {"context delete",
     "Delete a context",
     "Deletes the server and the login from the file. Nothing changes on the server.",
     {{{"gyr context delete old", "Delete a context"},
       {"gyr context list", "List the contexts that are left"},
       {"gyr context use prod", "Select another current context"}}},
     make_context_delete},
    {"storage migrate",
     "Copy all files from one storage to another",
     "Copies the files that the target does not have, reads each copy back and compares it with the original. Nothing "
     "is removed on either side. If the command is interrupted, run it again: it continues where it stopped. Before "
     "the last run, stop the server so that it writes no new files. After the last run, start the server with the new "
     "storage. The addresses in the database do not change.",
     {{{"gyr storage migrate --from .gyr/storage --to s3.yml",
        "Copy from a folder to the storage in a configuration file"},
       {"gyr storage migrate --from s3.yml --to /backup/files --tenant main", "Copy one tenant to a folder"},
       {"gyr storage migrate --from old.yml --to new.yml --dry-run --json", "Only count the missing files"}}},
     make_storage_migrate},
    {"storage drop-leading-slashes",
     "Rename the objects of a Kestra installation before version 0.23",
     "Versions of Kestra before 0.23 put a slash in front of the keys of objects. This command moves each such object "
     "to the key without the slash. It overwrites nothing. If an object with the same content already has the new key, "
     "the old object is removed. If the content differs, both objects are kept, the old key is printed, and the exit "
     "code is 1. Stop the server first. If the command is interrupted, run it again.",
     {{{"gyr storage drop-leading-slashes --in s3.yml --dry-run", "Only count the objects"},
       {"gyr storage drop-leading-slashes --in s3.yml", "Move the objects"},
       {"gyr storage drop-leading-slashes --in s3.yml --json", "Print the counts as JSON"}}},
     make_storage_slashes},
    {"explain",
     "Explain an error code",
     "Prints the page of an error code such as GYR-F014: what it means, an example, and what to do.",
     {{{"gyr explain GYR-F014", "Explain a code"},
       {"gyr explain f014", "Explain the same code"},
       {"gyr explain --list", "List all codes with their titles"}}},
     make_explain},
};

constexpr GroupInfo groups[] = {
    {"server", "Start a server"},
    {"flow", "Validate and run flows, and change flows on a server"},
    {"flow namespace", "Change all flows of a namespace on a server"},
    {"template", "Validate templates, and change templates on a server"},
    {"template namespace", "Change all templates of a namespace on a server"},
    {"namespace", "Show namespaces, and change files and keys of a namespace on a server"},
    {"namespace files", "Change files of a namespace on a server"},
    {"namespace kv", "Change keys of a namespace on a server"},
    {"execution", "Show and change executions on a server"},
    {"kv", "Show and change keys"},
    {"files", "Show and change files of namespaces"},
    {"secret", "List and change secrets"},
    {"dashboard", "Show and change dashboards"},
    {"blueprint", "Show and use blueprints"},
    {"plugin", "List the types of tasks and triggers, and read about them"},
    {"trigger", "Show and change triggers on a server"},
    {"context", "Save servers and logins under names"},
    {"config", "Check configuration files and list the keys"},
    {"storage", "Copy files between storages and convert old ones"},
    {"expression", "Evaluate expressions"},
    {"cron", "Show the dates of cron expressions"},
    {"condition", "Evaluate conditions of triggers"},
    {"sys", "Accepted for compatibility"},
    {"sys database", "Accepted for compatibility"},
    {"sys state-store", "Accepted for compatibility"},
    {"migrate", "Accepted for compatibility"},
};

}  // namespace

std::span<const CommandInfo> all_commands() {
  static const std::vector<CommandInfo> all = [] {
    // The commands of a group stand together, in the order of the groups; then the others.
    std::vector<CommandInfo> list;
    auto place_of = [](const CommandInfo& command) {
      const std::string_view first = command.path.substr(0, command.path.find(' '));
      return std::ranges::find(groups, first, &GroupInfo::name) - std::begin(groups);
    };
    for (std::ptrdiff_t place = 0; place <= std::ssize(groups); ++place) {
      for (std::span<const CommandInfo> part :
           {std::span<const CommandInfo>(commands), verb_commands(), compatibility_commands()}) {
        std::ranges::copy_if(part, std::back_inserter(list),
                             [&](const CommandInfo& command) { return place_of(command) == place; });
      }
    }
    return list;
  }();
  return all;
}
std::span<const GroupInfo> all_groups() { return groups; }

}  // namespace gyr::cli
