# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_prusa_cred_global_optspecs
    string join \n p/profile= config= no-input timeout= json v/verbose q/quiet h/help V/version
end

function __fish_prusa_cred_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_prusa_cred_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_prusa_cred_using_subcommand
    set -l cmd (__fish_prusa_cred_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -s h -l help -d 'Print help'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -s V -l version -d 'Print version'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "login" -d 'Sign in and store the login'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "logout" -d 'Sign out: revoke the login at the server, then delete it here'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "get" -d 'Print a valid token, refreshed if needed'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "refresh" -d 'Renew logins, so that they do not end unused'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "store" -d 'Save a credential for git or docker'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "erase" -d 'Record that a server rejected a credential'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "list" -d 'List the hosts that have a credential here'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "forget" -d 'Remove a saved credential'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "seal" -d 'Seal stored logins: encrypt them with a key that is kept elsewhere'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "unseal" -d 'Undo `seal`: store in plain files that only this user can read'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "git" -d 'Speak git\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "docker" -d 'Speak docker\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "bazel" -d 'Speak Bazel\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "cargo" -d 'Speak cargo\'s credential provider protocol'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "kube" -d 'Print a token as kubectl and other Kubernetes clients ask for one'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "terraform" -d 'Speak Terraform\'s credentials helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "goauth" -d 'Print headers as go asks for them'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "google" -d 'Print a token as Google\'s libraries ask for one'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "keyring" -d 'Answer pip and uv in place of the keyring command'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "status" -d 'Show who is signed in, where, and until when'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "exec" -d 'Run a command with a fresh token in its environment'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "inspect" -d 'Show the claims in a token, without showing the token'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "which" -d 'Show which profile would answer, and why'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "hosts" -d 'Show, add or remove the hosts that a profile answers for'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "setup" -d 'Set up another program to ask prusa-cred, or show how'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "doctor" -d 'Look for problems, and show the command that fixes each'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "log" -d 'Show which tokens were handed out, when, and to which programs'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "man" -d 'Show a manual page, or write all of them into a directory'
complete -c prusa-cred -n "__fish_prusa_cred_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l provider -d 'Kind of service to sign in to' -r -f -a "prusa\t'Prusa Account'
kognic\t'Kognic'
practicus\t'A Practicus AI region'
oauth\t'Any OAuth 2.0 or OpenID Connect server'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l email -d 'E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l otp-command -d 'Run this shell command to get a one-time code' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l url -d 'Practicus: the address of the region [also: PRT_URL]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l server -d 'Kognic: the authentication server' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l credentials -d 'Kognic: the credentials file, or keyring://NAME [also: KOGNIC_CREDENTIALS]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l env -d 'Kognic: an environment from environments.json' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l env-config-file-path -d 'The file of environments, in place of Kognic\'s own: an option of `kognic-auth`' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l scopes -d 'Scopes to request, in one argument with commas or spaces, or in several' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l issuer -d 'OAuth: the server\'s address (issuer), as in its metadata' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l client-id -d 'OAuth: the client ID that the server knows prusa-cred by, or where the client\'s document is (https://…)' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l redirect-uri -d 'OAuth: the redirect URI that is registered for the client, such as http://localhost:3118/callback' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l host -d 'Host that a new profile gives its tokens to (repeatable)' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l import -d 'Import the logins of other tools on this machine' -r -f -a "all\t'Every tool below'
prusa\t'The Prusa Python SDK'
kognic\t'kognic-auth'
practicus\t'Practicus AI\'s SDK'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l password-stdin -d 'Read the password from the first line of stdin'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l browser -d 'Sign in with a browser (for Google, Apple, passkeys)'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l device -d 'Sign in with a browser on another device'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l token-stdin -d 'Practicus: read a refresh or access token from the first line of stdin instead of signing in'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l save-password -d 'Practicus: store the password too, to sign in again without asking; only a sealed store may hold one'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l no-store -d 'Print the token set as JSON instead of storing it'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l print-client-document -d 'OAuth: print the client ID metadata document to publish at --client-id, and do nothing else'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -l new-client -d 'OAuth: register prusa-cred anew where the server has forgotten the client that it registered before'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l provider -d 'Sign out of all profiles of this kind of service' -r -f -a "prusa\t'Prusa Account'
kognic\t'Kognic'
practicus\t'A Practicus AI region'
oauth\t'Any OAuth 2.0 or OpenID Connect server'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -l all -d 'Sign out of all profiles'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s f -l format -d 'How to print the token' -r -f -a "raw\t'The token and a newline'
json\t'A JSON object: access_token, token_type, expires_at, expires_in, scope, profile'
header\t'The header line `Authorization: Bearer TOKEN`, for `curl -H`'
headers\t'A JSON object of headers, for MCP clients'
env\t'The shell line `export PRUSA_TOKEN=\'TOKEN\'`, or with the variable that `exec` sets'
curl\t'A line for `curl -K -`'
netrc\t'A netrc entry'
bearer\t'`Bearer …`, the whole value of a header, for cargo'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s t -l token -d 'Which token to print' -r -f -a "access\t'The access token'
identity\t'The identity (ID) token'
refresh\t'The refresh token (whoever has it can use the login)'
both\t'The access token and the refresh token, as JSON'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l min-ttl -d 'Time for which the access token must still be valid, such as 30s or 2m [default: 30s]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l provider -d 'Use the built-in profile of this kind of service; for practicus, the region that is signed in' -r -f -a "prusa\t'Prusa Account'
kognic\t'Kognic'
practicus\t'A Practicus AI region'
oauth\t'Any OAuth 2.0 or OpenID Connect server'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l server -d 'Kognic: the authentication server' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l credentials -d 'Kognic: the credentials file, or keyring://NAME [also: KOGNIC_CREDENTIALS]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l env -d 'Kognic: an environment from environments.json' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l env-config-file-path -d 'The file of environments, in place of Kognic\'s own: an option of `kognic-auth`' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l scopes -d 'Scopes to request, in one argument with commas or spaces, or in several' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l refresh -d 'Refresh even if the token is still valid'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -l decode -d 'Show the claims in the access token instead, as `inspect` does: an option of `kognic-auth get-access-token`'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l within -d 'Only if the login would end within this time, such as 12h or 7d; one whose end is not known always is renewed' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -l all -d 'Every login on this machine that would end within 7 days, or --within'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand store" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l username -d 'Only what is saved for this user name' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -l all -d 'Everything that is saved'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l key-file -d 'Use the key in this file instead of the keyring\'s; $CREDENTIALS_DIRECTORY/… for a systemd service' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l all -d 'All profiles, and saved credentials'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -l saved -d 'Only saved credentials'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand seal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l key-file -d 'The key file, if it was moved' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l all -d 'All profiles, and saved credentials'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -l saved -d 'Only saved credentials'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand unseal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand git" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand docker" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand bazel" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand cargo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand kube" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand terraform" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand goauth" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand google" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l mode -d 'What to print: the password, or the user name and the password' -r -f -a "password\t''
creds\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l output -d 'How to print it' -r -f -a "plain\t''
json\t''"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -l cargo-plugin -d 'The option by which cargo asks for its protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand keyring" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -l env -d 'Variable to put the token into [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -s t -l token -d 'Which stored token to show' -r -f -a "access\t'The access token'
identity\t'The identity (ID) token'
refresh\t'The refresh token (whoever has it can use the login)'"
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand which" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand hosts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l host -d 'One of the profile\'s hosts (repeatable); for MCP clients the server\'s address' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l all-registries -d 'Let docker or podman ask prusa-cred for all registries'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l all -d 'List the programs that are not installed too'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l apply -d 'Make the changes'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -l undo -d 'Revert the changes'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand setup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -l online -d 'Also check that the profiles\' servers can be reached and that their clocks agree; sends no secret'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -l since -d 'Only what is newer than this: a duration such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -s n -l lines -d 'Only the newest COUNT lines' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -s p -l profile -d 'Use this profile [also: PRUSA_CRED_PROFILE]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -l config -d 'Read this configuration file [also: PRUSA_CRED_CONFIG]' -r -F
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -l timeout -d 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]' -r
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -l no-input -d 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -l json -d 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -s v -l verbose -d 'Print more on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -s q -l quiet -d 'Print only errors on stderr'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "login" -d 'Sign in and store the login'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "logout" -d 'Sign out: revoke the login at the server, then delete it here'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "get" -d 'Print a valid token, refreshed if needed'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "refresh" -d 'Renew logins, so that they do not end unused'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "store" -d 'Save a credential for git or docker'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "erase" -d 'Record that a server rejected a credential'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "list" -d 'List the hosts that have a credential here'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "forget" -d 'Remove a saved credential'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "seal" -d 'Seal stored logins: encrypt them with a key that is kept elsewhere'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "unseal" -d 'Undo `seal`: store in plain files that only this user can read'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "git" -d 'Speak git\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "docker" -d 'Speak docker\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "bazel" -d 'Speak Bazel\'s credential helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "cargo" -d 'Speak cargo\'s credential provider protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "kube" -d 'Print a token as kubectl and other Kubernetes clients ask for one'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "terraform" -d 'Speak Terraform\'s credentials helper protocol'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "goauth" -d 'Print headers as go asks for them'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "google" -d 'Print a token as Google\'s libraries ask for one'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "keyring" -d 'Answer pip and uv in place of the keyring command'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "status" -d 'Show who is signed in, where, and until when'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "exec" -d 'Run a command with a fresh token in its environment'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "inspect" -d 'Show the claims in a token, without showing the token'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "which" -d 'Show which profile would answer, and why'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "hosts" -d 'Show, add or remove the hosts that a profile answers for'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "setup" -d 'Set up another program to ask prusa-cred, or show how'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "doctor" -d 'Look for problems, and show the command that fixes each'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "log" -d 'Show which tokens were handed out, when, and to which programs'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "man" -d 'Show a manual page, or write all of them into a directory'
complete -c prusa-cred -n "__fish_prusa_cred_using_subcommand help; and not __fish_seen_subcommand_from login logout get refresh store erase list forget seal unseal git docker bazel cargo kube terraform goauth google keyring status exec inspect which hosts setup doctor log completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
