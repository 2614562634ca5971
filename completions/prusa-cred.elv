
use builtin;
use str;

set edit:completion:arg-completer[prusa-cred] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'prusa-cred'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'prusa-cred'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand login 'Sign in and store the login'
            cand logout 'Sign out: revoke the login at the server, then delete it here'
            cand get 'Print a valid token, refreshed if needed'
            cand refresh 'Renew logins, so that they do not end unused'
            cand store 'Save a credential for git or docker'
            cand erase 'Record that a server rejected a credential'
            cand list 'List the hosts that have a credential here'
            cand forget 'Remove a saved credential'
            cand seal 'Seal stored logins: encrypt them with a key that is kept elsewhere'
            cand unseal 'Undo `seal`: store in plain files that only this user can read'
            cand git 'Speak git''s credential helper protocol'
            cand docker 'Speak docker''s credential helper protocol'
            cand bazel 'Speak Bazel''s credential helper protocol'
            cand cargo 'Speak cargo''s credential provider protocol'
            cand kube 'Print a token as kubectl and other Kubernetes clients ask for one'
            cand terraform 'Speak Terraform''s credentials helper protocol'
            cand goauth 'Print headers as go asks for them'
            cand google 'Print a token as Google''s libraries ask for one'
            cand keyring 'Answer pip and uv in place of the keyring command'
            cand status 'Show who is signed in, where, and until when'
            cand exec 'Run a command with a fresh token in its environment'
            cand inspect 'Show the claims in a token, without showing the token'
            cand which 'Show which profile would answer, and why'
            cand hosts 'Show, add or remove the hosts that a profile answers for'
            cand setup 'Set up another program to ask prusa-cred, or show how'
            cand doctor 'Look for problems, and show the command that fixes each'
            cand log 'Show which tokens were handed out, when, and to which programs'
            cand completions 'Print a completion script for a shell'
            cand man 'Show a manual page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'prusa-cred;login'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --provider 'Kind of service to sign in to'
            cand --email 'E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]'
            cand --otp-command 'Run this shell command to get a one-time code'
            cand --url 'Practicus: the address of the region [also: PRT_URL]'
            cand --server 'Kognic: the authentication server'
            cand --credentials 'Kognic: the credentials file, or keyring://NAME [also: KOGNIC_CREDENTIALS]'
            cand --env 'Kognic: an environment from environments.json'
            cand --env-config-file-path 'The file of environments, in place of Kognic''s own: an option of `kognic-auth`'
            cand --scopes 'Scopes to request, in one argument with commas or spaces, or in several'
            cand --issuer 'OAuth: the server''s address (issuer), as in its metadata'
            cand --client-id 'OAuth: the client ID that the server knows prusa-cred by, or where the client''s document is (https://…)'
            cand --redirect-uri 'OAuth: the redirect URI that is registered for the client, such as http://localhost:3118/callback'
            cand --host 'Host that a new profile gives its tokens to (repeatable)'
            cand --import 'Import the logins of other tools on this machine'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --password-stdin 'Read the password from the first line of stdin'
            cand --browser 'Sign in with a browser (for Google, Apple, passkeys)'
            cand --device 'Sign in with a browser on another device'
            cand --token-stdin 'Practicus: read a refresh or access token from the first line of stdin instead of signing in'
            cand --save-password 'Practicus: store the password too, to sign in again without asking; only a sealed store may hold one'
            cand --no-store 'Print the token set as JSON instead of storing it'
            cand --print-client-document 'OAuth: print the client ID metadata document to publish at --client-id, and do nothing else'
            cand --new-client 'OAuth: register prusa-cred anew where the server has forgotten the client that it registered before'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;logout'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --provider 'Sign out of all profiles of this kind of service'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all 'Sign out of all profiles'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;get'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand -f 'How to print the token'
            cand --format 'How to print the token'
            cand -t 'Which token to print'
            cand --token 'Which token to print'
            cand --min-ttl 'Time for which the access token must still be valid, such as 30s or 2m [default: 30s]'
            cand --provider 'Use the built-in profile of this kind of service; for practicus, the region that is signed in'
            cand --server 'Kognic: the authentication server'
            cand --credentials 'Kognic: the credentials file, or keyring://NAME [also: KOGNIC_CREDENTIALS]'
            cand --env 'Kognic: an environment from environments.json'
            cand --env-config-file-path 'The file of environments, in place of Kognic''s own: an option of `kognic-auth`'
            cand --scopes 'Scopes to request, in one argument with commas or spaces, or in several'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --refresh 'Refresh even if the token is still valid'
            cand --decode 'Show the claims in the access token instead, as `inspect` does: an option of `kognic-auth get-access-token`'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;refresh'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --within 'Only if the login would end within this time, such as 12h or 7d; one whose end is not known always is renewed'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all 'Every login on this machine that would end within 7 days, or --within'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;store'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;erase'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;list'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;forget'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --username 'Only what is saved for this user name'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all 'Everything that is saved'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;seal'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --key-file 'Use the key in this file instead of the keyring''s; $CREDENTIALS_DIRECTORY/… for a systemd service'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all 'All profiles, and saved credentials'
            cand --saved 'Only saved credentials'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;unseal'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --key-file 'The key file, if it was moved'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all 'All profiles, and saved credentials'
            cand --saved 'Only saved credentials'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;git'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;docker'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;bazel'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;cargo'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;kube'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;terraform'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;goauth'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;google'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;keyring'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What to print: the password, or the user name and the password'
            cand --output 'How to print it'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --cargo-plugin 'The option by which cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;status'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;exec'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --env 'Variable to put the token into [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;inspect'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand -t 'Which stored token to show'
            cand --token 'Which stored token to show'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;which'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;hosts'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;setup'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --host 'One of the profile''s hosts (repeatable); for MCP clients the server''s address'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --all-registries 'Let docker or podman ask prusa-cred for all registries'
            cand --all 'List the programs that are not installed too'
            cand --apply 'Make the changes'
            cand --undo 'Revert the changes'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;doctor'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand --online 'Also check that the profiles'' servers can be reached and that their clocks agree; sends no secret'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;log'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --since 'Only what is newer than this: a duration such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)'
            cand -n 'Only the newest COUNT lines'
            cand --lines 'Only the newest COUNT lines'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;completions'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;man'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never prompt; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Print more on stderr'
            cand --verbose 'Print more on stderr'
            cand -q 'Print only errors on stderr'
            cand --quiet 'Print only errors on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;help'= {
            cand login 'Sign in and store the login'
            cand logout 'Sign out: revoke the login at the server, then delete it here'
            cand get 'Print a valid token, refreshed if needed'
            cand refresh 'Renew logins, so that they do not end unused'
            cand store 'Save a credential for git or docker'
            cand erase 'Record that a server rejected a credential'
            cand list 'List the hosts that have a credential here'
            cand forget 'Remove a saved credential'
            cand seal 'Seal stored logins: encrypt them with a key that is kept elsewhere'
            cand unseal 'Undo `seal`: store in plain files that only this user can read'
            cand git 'Speak git''s credential helper protocol'
            cand docker 'Speak docker''s credential helper protocol'
            cand bazel 'Speak Bazel''s credential helper protocol'
            cand cargo 'Speak cargo''s credential provider protocol'
            cand kube 'Print a token as kubectl and other Kubernetes clients ask for one'
            cand terraform 'Speak Terraform''s credentials helper protocol'
            cand goauth 'Print headers as go asks for them'
            cand google 'Print a token as Google''s libraries ask for one'
            cand keyring 'Answer pip and uv in place of the keyring command'
            cand status 'Show who is signed in, where, and until when'
            cand exec 'Run a command with a fresh token in its environment'
            cand inspect 'Show the claims in a token, without showing the token'
            cand which 'Show which profile would answer, and why'
            cand hosts 'Show, add or remove the hosts that a profile answers for'
            cand setup 'Set up another program to ask prusa-cred, or show how'
            cand doctor 'Look for problems, and show the command that fixes each'
            cand log 'Show which tokens were handed out, when, and to which programs'
            cand completions 'Print a completion script for a shell'
            cand man 'Show a manual page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'prusa-cred;help;login'= {
        }
        &'prusa-cred;help;logout'= {
        }
        &'prusa-cred;help;get'= {
        }
        &'prusa-cred;help;refresh'= {
        }
        &'prusa-cred;help;store'= {
        }
        &'prusa-cred;help;erase'= {
        }
        &'prusa-cred;help;list'= {
        }
        &'prusa-cred;help;forget'= {
        }
        &'prusa-cred;help;seal'= {
        }
        &'prusa-cred;help;unseal'= {
        }
        &'prusa-cred;help;git'= {
        }
        &'prusa-cred;help;docker'= {
        }
        &'prusa-cred;help;bazel'= {
        }
        &'prusa-cred;help;cargo'= {
        }
        &'prusa-cred;help;kube'= {
        }
        &'prusa-cred;help;terraform'= {
        }
        &'prusa-cred;help;goauth'= {
        }
        &'prusa-cred;help;google'= {
        }
        &'prusa-cred;help;keyring'= {
        }
        &'prusa-cred;help;status'= {
        }
        &'prusa-cred;help;exec'= {
        }
        &'prusa-cred;help;inspect'= {
        }
        &'prusa-cred;help;which'= {
        }
        &'prusa-cred;help;hosts'= {
        }
        &'prusa-cred;help;setup'= {
        }
        &'prusa-cred;help;doctor'= {
        }
        &'prusa-cred;help;log'= {
        }
        &'prusa-cred;help;completions'= {
        }
        &'prusa-cred;help;man'= {
        }
        &'prusa-cred;help;help'= {
        }
    ]
    $completions[$command]
}
