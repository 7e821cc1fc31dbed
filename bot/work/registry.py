"""The kinds of jobs, and where the code of each is; a worker process imports only the one it needs.

The code is a function that takes a Task and returns plain data for JSON. Data under the key "file" is the
name of a file that the job has made in its folder.
"""

KINDS = {
    "photo.clean": "bot.work.photo:clean",
    "sleep": "bot.work.burn:burn",
}
